-- Takes deliveries of paused keys out of a fair queue's line and answers the keys that are paused. Given are the deliveries that a
-- claim has come to, as arrays of equal length: from there on up to a thousand of each key go, so that a long line of a paused
-- key costs each of its deliveries one write, and claims little. claim_fair calls it.
create or replace function millrace.hold_back(in_queue smallint, priorities smallint[], turns timestamptz[], keys text[])
returns text[]
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  paused constant text[] := millrace.paused_among(in_queue, keys);
begin
  if paused <> '{}' then
    with standing as materialized (
      select n.place
      from (
        select k.key, k.level, min(k.turn) as turn
        from unnest(keys, priorities, turns) as k(key, level, turn)
        where k.key = any (paused)
        group by k.key, k.level
      ) as k
      cross join lateral (
        select d.ctid as place
        from millrace.delivery d
        where d.queue_id = in_queue
          and d.fairness_key is not null
          -- One range of the index; see last_turns. Whatever has ended stands before it.
          and (d.fairness_key, d.priority, d.available_at) >= (k.key, k.level, k.turn)
          and d.fairness_key <= k.key
          and d.fairness_key = any (array[k.key])
          and d.priority = any (array[k.level])
          and d.available_at < millrace.turns_end()
          and d.lease_expires_at is null
          and d.lost_leases is null
        order by d.fairness_key, d.priority, d.available_at
        limit 1000
        -- What another claim is holding back, or somebody cancels, is passed over.
        for update skip locked
      ) as n
      -- Of all keys together: another claim goes on.
      limit 2000
    )
    update millrace.delivery d
    set available_at = millrace.held_place(d.available_at), due_at = millrace.due_since(d.available_at, d.due_at)
    where d.ctid = any (array(select s.place from standing s));
  end if;
  return paused;
end
$$;
