-- Takes deliveries of keys at their limit out of a fair queue's line, behind what is held back of their keys already: those given, as
-- arrays of equal length, whose rows the caller has locked, and more of the same lines, about a thousand in all, so that a long line
-- costs each of its deliveries one write, and claims little. The keys' rows are locked, too. take_key_places calls it.
create or replace function millrace.hold_back_at_limit(
  in_queue smallint, ids uuid[], keys text[], levels smallint[], turns timestamptz[]
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
-- Only delivery_in_key_order gives a key's line in its order without a sort; see last_turns.
set enable_sort = off
set jit = off
as $$
declare
  -- How many of each line that is given, beside those that are named.
  more constant integer := 1000 / (select count(distinct (k.key, k.level)) from unnest(keys, levels) as k(key, level));
begin
  with key as materialized (
    select k.key, n.*
    from (select distinct k.key from unnest(keys) as k(key)) as k
    cross join lateral (
      select l.version, l.message_ids, l.held_through
      from millrace.limited_key l
      where l.queue_id = in_queue and l.fairness_key = k.key
      order by l.queue_id desc, l.fairness_key desc, l.version desc
      limit 1
    ) as n
  ),
  named as materialized (
    select d.ctid as place, coalesce(d.fairness_key, '') as key, d.priority, d.available_at, d.sequence
    from millrace.delivery d
    -- Served by the primary key alone; settle_done explains this form.
    where d.message_id = any (ids) and d.queue_id + 0 = in_queue
  ),
  standing as materialized (
    select n.* from named n
    union
    select n.place, k.key, k.level, n.available_at, n.sequence
    from (
      select k.key, k.level, min(k.turn) as turn, count(*) as named
      from unnest(keys, levels, turns) as k(key, level, turn)
      group by k.key, k.level
    ) as k
    join key on key.key = k.key
    cross join lateral (
      select d.ctid as place, d.available_at, d.sequence
      from millrace.delivery d
      where d.queue_id = in_queue
        and d.fairness_key is not null
        -- One range of the index; see last_turns.
        and (d.fairness_key, d.priority, d.available_at) >= (k.key, k.level, k.turn)
        and d.fairness_key <= k.key
        and d.fairness_key = any (array[k.key])
        and d.priority = any (array[k.level])
        and d.available_at < millrace.turns_end()
        and d.lease_expires_at is null
        and d.lost_leases is null
        and d.message_id <> all (key.message_ids)
      order by d.fairness_key, d.priority, d.available_at
      limit k.named + more
      -- What somebody cancels is passed over.
      for update skip locked
    ) as n
  ),
  numbered as materialized (
    select s.place, s.key,
      key.held_through
        + interval '1 microsecond' * row_number() over (partition by s.key order by s.priority, s.available_at, s.sequence) as held_at
    from standing s
    join key on key.key = s.key
  ),
  noted as (
    update millrace.limited_key l
    set version = l.version + 1, holds_back = true, held_through = n.held_through, used_at = clock_timestamp()
    from (select n.key, max(n.held_at) as held_through from numbered n group by n.key) as n
    join key on key.key = n.key
    where l.queue_id = in_queue and l.fairness_key = n.key and l.version = key.version
  )
  update millrace.delivery d
  set available_at = n.held_at, due_at = millrace.due_since(d.available_at, d.due_at), fairness_key = n.key
  from numbered n
  where d.ctid = n.place;
end
$$;
