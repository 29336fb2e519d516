-- Looks at groups whose rows the caller holds and lets as many of their members start as there are free places, from
-- the first on, wherever something was taken out of the group or put back. A group without members loses its row.
-- Answers the keys of those that must keep a mark or get one: groups in which somebody else has hold of a member that
-- should have started; groups out of order, where a blocked member stands before a live one; and groups with more live
-- members than the queue allows since a deployment. restart_groups, regroup and restart_disturbed_groups
-- call it.
create or replace function millrace.restart_held_groups(in_queue smallint, group_keys text[]) returns text[]
language plpgsql
set search_path = pg_catalog, pg_temp
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
  places smallint;
  dead_blocks boolean;
  disturbed text[];
begin
  select q.group_concurrency, q.dead_blocks_group into places, dead_blocks from millrace.queue q where q.id = in_queue;
  with seen as materialized (
    select k.group_key, live.members, live.newest, blocked.oldest,
      greatest(0, places - live.members) as free,
      -- Nobody behind a dead letter that blocks the group may start; see start_next_members.
      coalesce(
        case when dead_blocks then (
          select min(l.sequence) from millrace.dead_letter l where l.queue_id = in_queue and l.group_key = k.group_key
        ) end,
        9223372036854775807
      ) as barrier
    from unnest(group_keys) as k(group_key)
    cross join lateral (
      select count(*) as members, max(d.sequence) as newest
      from (
        select d.sequence
        from millrace.delivery d
        where d.queue_id = in_queue and d.group_key = k.group_key and isfinite(d.available_at)
        -- From the newest on: finished rows that vacuum has not removed lie at the other end.
        order by d.sequence desc
        limit places + 1
      ) as d
    ) as live
    cross join lateral (
      select min(d.sequence) as oldest
      from millrace.delivery d
      where d.queue_id = in_queue and d.group_key = k.group_key and not isfinite(d.available_at)
    ) as blocked
  ),
  next as materialized (
    select s.group_key, n.place, row_number() over (partition by s.group_key order by n.sequence) as rank
    from seen s
    cross join lateral (
      select n.ctid as place, n.sequence
      from millrace.delivery n
      where n.queue_id = in_queue
        and n.group_key = s.group_key
        and not isfinite(n.available_at)
        and n.sequence >= s.oldest
        and n.sequence < s.barrier
      order by n.sequence
      limit s.free
    ) as n
  ),
  -- Locked only after they were chosen; see start_next_members.
  locked as materialized (
    select n.group_key, n.place, n.rank
    from next n
    join millrace.delivery d on d.ctid = n.place
    where not isfinite(d.available_at)
    for update of d skip locked
  ),
  -- Nobody behind one that could not be locked.
  unblockable as materialized (
    select u.group_key, u.place
    from (select l.*, row_number() over (partition by l.group_key order by l.rank) as place_in_locked from locked l) as u
    where u.rank = u.place_in_locked
  ),
  unblocked as (
    update millrace.delivery d
    set available_at = greatest(d.due_at, statement_timestamp())
    where d.ctid = any (array(select u.place from unblockable u))
  ),
  emptied as (
    delete from millrace.message_group g
    -- By its keys, and not by a join: one that begins with the groups compares each with all that were seen, and is chosen
    -- when the table was vacuumed while it was small.
    where g.queue_id = in_queue
      and g.group_key = any (array(select s.group_key from seen s where s.members = 0 and s.oldest is null))
  )
  select array(
    (select n.group_key from next n except all select u.group_key from unblockable u)
    union
    select s.group_key
    from seen s
    where s.members > places
      -- More blocked members before a live one than may start now.
      or exists (
        select from millrace.delivery d
        where d.queue_id = in_queue
          and d.group_key = s.group_key
          and not isfinite(d.available_at)
          and d.sequence >= s.oldest
          and d.sequence < s.newest
        offset s.free
      )
  )
  into disturbed;
  return disturbed;
end
$$;
