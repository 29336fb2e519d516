-- Makes the next members of groups claimable, one for each member that has ended. group_keys and sequences are of those
-- that ended, two arrays of equal length; they were live, for a blocked member that ends makes room for nobody. The
-- caller has not let these groups go on by other ways since then, or a place would be given away twice. While a dead
-- letter blocks its group nobody is unblocked behind it. A member with a time of its own (due_at) becomes scheduled for
-- it. Raises MR005 above read committed. settle and bury_suspects call it.
-- As a rule it locks no group. A blocked member that can be seen takes the place of the one that ended, and will look
-- behind itself when it ends, so nobody who is adding members at this moment has to be waited for. Only when nobody is
-- to be seen, or somebody else has hold of the next one, must the group be looked at with its row locked.
create or replace function millrace.unblock_next_members(in_queue smallint, group_keys text[], sequences bigint[])
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
  dead_blocks boolean;
  regroup_after text;
  others text[];
begin
  select q.dead_blocks_group, q.regroup_after into dead_blocks, regroup_after
  from millrace.queue q
  where q.id = in_queue;
  perform millrace.require_read_committed('settling a member of a group');
  with ended as materialized (
    select e.group_key, count(*) as places, min(e.sequence) as first,
      -- Where a dead letter blocks its group, nobody behind it may start; without one the largest bigint is no barrier.
      coalesce(
        case when dead_blocks then (
          select min(l.sequence) from millrace.dead_letter l where l.queue_id = in_queue and l.group_key = e.group_key
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
      where n.queue_id = in_queue
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
    where not exists (
      select from millrace.disturbed_group m where m.queue_id = in_queue and m.group_key = e.group_key
    )
      -- Nor is a group that has still to be looked at after a deployment known to have no more live members than it may.
      and (regroup_after is null or e.group_key <= regroup_after)
  ),
  -- Locked only after they were chosen: "skip locked" within the search above would pass over a member that somebody
  -- has hold of, and let a later one go before it.
  locked as materialized (
    select n.group_key, n.places, n.place
    from next n
    join millrace.delivery d on d.ctid = n.place
    where not isfinite(d.available_at)
    for update of d skip locked
  ),
  complete as materialized (
    select c.group_key, c.place
    from (
      select l.*, count(*) over (partition by l.group_key) = l.places as is_complete from locked l
    ) as c
    where c.is_complete
  ),
  unblocked as (
    update millrace.delivery d
    set available_at = greatest(d.due_at, statement_timestamp())
    where d.ctid = any (array(select c.place from complete c))
  )
  select array(select e.group_key from ended e except select c.group_key from complete c) into others;

  if others <> '{}' then
    perform millrace.restart_groups(in_queue, others);
  end if;
end
$$;
