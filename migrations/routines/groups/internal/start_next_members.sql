-- Makes the next members of groups claimable, one for each member that has ended, without locking any group; see
-- unblock_next_members, which calls it. Answers the keys of those groups of which it could not tell who comes next, and that must
-- be looked at with their rows locked.
create or replace function millrace.start_next_members(queue_row millrace.queue, group_keys text[], sequences bigint[])
returns text[]
language plpgsql
set search_path = pg_catalog, pg_temp
-- In a group whose members go one by one only this settle may start the next one, so its row is updated without being locked
-- before, which would write to it twice. An operator or a debounce may just be cancelling it: that is waited for no longer
-- than this.
set lock_timeout = '5ms'
-- As in settle_done: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  -- Several members are live at once, so that two settles may want to start the same next one.
  is_shared constant boolean := queue_row.group_concurrency > 1;
  others text[];
begin
  with ended as materialized (
    select e.group_key, count(*) as places, min(e.sequence) as first,
      -- Where a dead letter blocks its group, nobody behind it may start; without one the largest bigint is no barrier.
      coalesce(
        case when queue_row.dead_blocks_group then (
          select min(l.sequence)
          from millrace.dead_letter l
          where l.queue_id = queue_row.id and l.group_key = e.group_key
        ) end,
        9223372036854775807
      ) as barrier
    from unnest(group_keys, sequences) as e(group_key, sequence)
    group by e.group_key
  ),
  next as materialized (
    select e.group_key, e.places, n.place
    from ended e
    cross join lateral (
      select n.ctid as place
      from millrace.delivery n
      where n.queue_id = queue_row.id
        and n.group_key = e.group_key
        and not isfinite(n.available_at)
        -- The walk starts behind the first member that ended, instead of passing the finished rows of a long group
        -- again.
        and n.sequence > e.first
        and n.sequence < e.barrier
      order by n.sequence
      limit e.places
    ) as n
    -- A mark says that the blocked members may not be those that come next.
    -- Most queues have none, which is found out once.
    where (
        not exists (select from millrace.disturbed_group m where m.queue_id = queue_row.id)
        or not exists (
          select from millrace.disturbed_group m where m.queue_id = queue_row.id and m.group_key = e.group_key
        )
      )
      -- Nor is a group that has still to be looked at after a deployment known to have no more live members than it may.
      and (queue_row.regroup_after is null or e.group_key <= queue_row.regroup_after)
      -- More have ended than may be live: a deployment has changed that, and the group has more live members yet.
      and (is_shared or e.places = 1)
  ),
  -- Locked only after they were chosen: "skip locked" within the search above would pass over a member that somebody
  -- has hold of, and let a later one go before it.
  locked as materialized (
    select n.group_key, n.places, n.place
    from next n
    join millrace.delivery d on d.ctid = n.place
    where is_shared and not isfinite(d.available_at)
    for update of d skip locked
  ),
  free as materialized (
    select l.group_key, l.place
    from (
      select l.*, count(*) over (partition by l.group_key) = l.places as is_complete from locked l
    ) as l
    where l.is_complete
    union all
    select n.group_key, n.place from next n where not is_shared
  ),
  started as (
    update millrace.delivery d
    set available_at = greatest(d.due_at, statement_timestamp())
    -- Somebody has started or cancelled it meanwhile, when it is not blocked any more.
    where d.ctid = any (array(select f.place from free f)) and not isfinite(d.available_at)
    returning d.group_key
  )
  select array(select e.group_key from ended e except select s.group_key from started s) into others;
  return others;
exception
  -- Some of them are being cancelled at this moment, and it is not known which.
  when lock_not_available or deadlock_detected then
    return array(select distinct unnest(group_keys));
end
$$;
