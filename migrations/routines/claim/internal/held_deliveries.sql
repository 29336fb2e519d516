-- What a token holds already, for a claim whose answer was lost; no ids when that claim never committed. Of more than
-- max_count it answers the first and releases the rest: a caller that could not take the whole answer asks for less,
-- and nothing stays under a lease that nobody will handle. claim and claim_suspects call it when they are repeated.
-- No index holds the token of single deliveries, since claims would then not be heap-only updates. But the claimed rows were the first fresh
-- ones behind the cursor, so a search from there ends soon behind them. Should others have slipped more than 10,000
-- rows in between meanwhile, this finds less than the token holds; the rest runs into the end of its lease and becomes
-- suspect.
create or replace function millrace.held_deliveries(
  queue_row millrace.queue, token uuid, max_count integer, cursor json, with_messages boolean default true,
  in_runs boolean default false
) returns millrace.claimed
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
-- A bare name is a column's; claim_fresh says more.
#variable_conflict use_column
declare
  held uuid[];
  is_released boolean;
  parcels record;
  answer millrace.claimed;
begin
  -- What claim_fresh has gathered is beside single ones, and is single again when it is given back.
  if exists (
    select from millrace.parcel p where p.lease_token = held_deliveries.token and p.sequences is not null
  ) then
    perform millrace.part_held(queue_row.id, array[held_deliveries.token]);
  end if;
  if exists (select from millrace.parcel p where p.lease_token = held_deliveries.token) then
    is_released := millrace.release_parcels(queue_row.id, held_deliveries.token, max_count);
    select array_agg(p.members) as counts, array_agg(p.available_at) as available_ats, sum(p.kib) as kib
    into parcels
    from (
      select cardinality(p.message_ids) as members, p.available_at, (select sum(k) from unnest(p.kibs) as k) as kib
      from millrace.parcel p
      where p.lease_token = held_deliveries.token and p.queue_id + 0 = queue_row.id
      order by p.priority, p.available_at, p.sequence
    ) as p;
    answer := millrace.held_parcels(
      queue_row.id, held_deliveries.token, parcels.counts, parcels.available_ats, with_messages, in_runs
    );
    answer.has_more := is_released;
    answer.kib := least(parcels.kib, millrace.most_claim_kib());
    -- From the same cursor on, where what was released is found again.
    answer.cursor := held_deliveries.cursor;
    return answer;
  end if;

  select array_agg(d.message_id order by d.priority, d.available_at, d.sequence) into held
  from json_to_recordset(held_deliveries.cursor) as l(priority smallint, "availableAt" timestamptz, sequence bigint)
  cross join lateral (
    select d.*
    from millrace.delivery d
    where d.queue_id = queue_row.id
      and d.priority = l.priority
      and (d.available_at, d.sequence) > (l."availableAt", l.sequence)
      and d.available_at <= statement_timestamp()
    order by d.available_at, d.sequence
    limit max_count + 10000
  ) as d
  where d.lease_token = held_deliveries.token and d.lease_expires_at is not null;

  if cardinality(held) > max_count then
    perform millrace.release_claimed(queue_row, held_deliveries.token, held[max_count + 1:]);
  end if;
  -- From the same cursor on, where what was released is found again.
  answer := millrace.claimed_messages(queue_row.id, held[:max_count], held_deliveries.cursor, with_messages);
  answer.has_more := cardinality(held) > max_count;
  return answer;
end
$$;
