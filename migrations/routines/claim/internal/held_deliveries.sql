-- What a token holds already, for a claim whose answer was lost; no ids when that claim never committed. claim and
-- claim_suspect call it when they are repeated.
-- No index holds the token, since claims would then not be heap-only updates. But the claimed rows were the first fresh
-- ones behind the cursor, so a search from there ends soon behind them. Should others have slipped more than 10,000
-- rows in between meanwhile, this finds less than the token holds; the rest runs into the end of its lease and becomes
-- suspect.
create or replace function millrace.held_deliveries(
  in_queue smallint, token uuid, max_count integer, cursor json
) returns millrace.claimed
language sql volatile
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
  select json_agg(held.message_id), json_agg(m.type), json_agg(m.version), json_agg(m.payload), json_agg(m.headers),
    json_agg(m.created_at), json_agg(held.attempt), json_agg(held.group_key), held_deliveries.cursor, null::integer
  from (
    select d.*
    from json_to_recordset(cursor) as l(priority smallint, "availableAt" timestamptz, sequence bigint)
    cross join lateral (
      select d.*
      from millrace.delivery d
      where d.queue_id = in_queue
        and d.priority = l.priority
        and (d.available_at, d.sequence) > (l."availableAt", l.sequence)
        and d.available_at <= statement_timestamp()
      order by d.available_at, d.sequence
      limit max_count + 10000
    ) as d
    where d.lease_token = token and d.lease_expires_at is not null
    order by d.priority, d.available_at, d.sequence
  ) as held
  left join millrace.message m on m.id = held.message_id
$$;
