-- The members of the parcels that a token holds, as claim answers them: with their messages, or without. Members of a parcel
-- are answered in the order of their ids: they were enqueued at once, and ids are ordered by time. claim_parcels and
-- held_deliveries call it.
create or replace function millrace.held_parcels(in_queue smallint, token uuid, with_messages boolean)
returns millrace.claimed
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in claim_fresh: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  held record;
  found_count bigint := 0;
  answer millrace.claimed;
begin
  select sum(cardinality(p.message_ids)) as members, sum((select sum(k) from unnest(p.kibs) as k)) as kib
  into held
  from millrace.parcel p
  where p.lease_token = held_parcels.token and p.queue_id + 0 = in_queue;

  if with_messages then
    -- The messages of a parcel lie side by side in the primary key: one walk along its span, instead of a look-up for each.
    select count(*), json_agg(m.id), json_agg(m.type), json_agg(m.version), json_agg(m.payload), json_agg(m.headers),
      json_agg(m.created_at), json_agg(p.waited_ms)
    into found_count, answer.ids, answer.types, answer.versions, answer.payloads, answer.headers, answer.created_at,
      answer.waited_ms
    from (
      select p.message_ids, millrace.span_start(p.first_id) as lowest, millrace.span_end(p.first_id) as highest,
        -- As a double, since numeric would take several times as long.
        (date_part('epoch', statement_timestamp() - p.available_at) * 1000)::bigint as waited_ms
      from millrace.parcel p
      where p.lease_token = held_parcels.token and p.queue_id + 0 = in_queue
      order by p.priority, p.available_at, p.sequence
    ) as p
    cross join lateral (
      select m.id, m.type, m.version, m.payload, m.headers, m.created_at
      from millrace.message m
      where m.id between p.lowest and p.highest and m.id = any (p.message_ids)
      order by m.id
    ) as m;
  end if;

  -- Without messages, or where one was not found: claim looks again for those without a type.
  if found_count < held.members then
    select json_agg(m.id), json_agg(m.type), json_agg(m.version), json_agg(m.payload), json_agg(m.headers),
      json_agg(m.created_at), json_agg(m.waited_ms)
    into answer.ids, answer.types, answer.versions, answer.payloads, answer.headers, answer.created_at, answer.waited_ms
    from (
      select i.id, m.type, m.version, m.payload, m.headers, m.created_at,
        (date_part('epoch', statement_timestamp() - p.available_at) * 1000)::bigint as waited_ms
      from millrace.parcel p
      cross join lateral unnest(p.message_ids) as i(id)
      left join millrace.message m on with_messages and m.id = i.id
      where p.lease_token = held_parcels.token and p.queue_id + 0 = in_queue
      order by p.priority, p.available_at, p.sequence, i.id
    ) as m;
  end if;
  -- A parcel has neither retries nor groups.
  answer.attempts := to_json(array_fill(1, array[held.members::integer]));
  answer.group_keys := to_json(array_fill(null::text, array[held.members::integer]));
  answer.has_more := false;
  answer.kib := least(held.kib, millrace.most_claim_kib());
  return answer;
end
$$;
