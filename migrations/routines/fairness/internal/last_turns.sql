-- The turns behind which keys of a fair queue go on: of each key the last one that it has in a priority level, or the one that claims
-- have reached, whichever is later. levels and keys are arrays of equal length, each pair once; no key is ''.
-- What is claimed stands at turns that were reached, so that only what still waits is walked, however much has ended. Enqueues at
-- the same moment do not see each other's rows and may take the same turns; claim_fair sends what is beyond its key's one back.
create or replace function millrace.last_turns(in_queue smallint, levels smallint[], keys text[])
returns table (priority smallint, fairness_key text, turn timestamptz)
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in taken_places: a plan that the session keeps.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
-- Only delivery_in_key_order gives a key's turns in their order without a sort; see taken_places.
set enable_sort = off
as $$
#variable_conflict use_column
declare
  -- Where the first turn is.
  origin constant timestamptz := '1000-01-01 00:00:00+00'::timestamptz;
begin
  return query
    select k.level, k.key, coalesce(last.turn, k.reached)
    from (
      select k.level, k.key, coalesce((millrace.turn_reached_before(in_queue, k.level, '0')).turn, origin) as reached
      from unnest(levels, keys) as k(level, key)
      offset 0
    ) as k
    left join lateral (
      select d.available_at as turn
      from millrace.delivery d
      where d.queue_id = in_queue
        and d.fairness_key is not null
        -- Where the walk begins, in an order that no other index has.
        and (d.fairness_key, d.priority, d.available_at) < (k.key, k.level, millrace.turns_end())
        -- Where it ends, column by column: by a comparison of rows it would end only where the key does, and go through all that has
        -- ended of it. "any" keeps the order; before Postgres 17 it is a filter.
        and d.fairness_key >= k.key
        and d.fairness_key = any (array[k.key])
        and d.priority = any (array[k.level])
        and d.available_at > k.reached
      order by d.fairness_key desc, d.priority desc, d.available_at desc
      limit 1
    ) as last on true;
end
$$;
