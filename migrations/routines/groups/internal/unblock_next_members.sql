-- Makes the next members of groups claimable, one for each member that has ended. group_keys and sequences are of those
-- that ended, two arrays of equal length; they were live, for a blocked member that ends makes room for nobody. While a
-- dead letter blocks its group nobody is unblocked behind it. A member with a time of its own (due_at) becomes
-- scheduled for it. Raises MR005 above read committed. settle, claim_suspect and restart_groups call it.
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
begin
  -- Above read committed the whole transaction has one snapshot. A member that was enqueued after it would not be seen,
  -- and nobody would ever unblock it.
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise 'settling a member of a group needs a transaction at read committed, this one is at %',
      current_setting('transaction_isolation')
      using errcode = 'MR005', detail = '{"index": 0, "pointer": "/groupKey"}';
  end if;
  -- Waits for every enqueue that has looked at the group and found its head still live. The update is a statement of
  -- its own, and sees what they committed.
  perform millrace.lock_groups(in_queue, group_keys);

  update millrace.delivery d
  set available_at = greatest(d.due_at, statement_timestamp())
  from (
    select e.group_key, count(*) as places, min(e.sequence) as first,
      -- Where a dead letter blocks its group, nobody behind it may start; without one the largest bigint is no barrier.
      coalesce(
        (
          select min(l.sequence)
          from millrace.queue q
          join millrace.dead_letter l on l.queue_id = q.id
          where q.id = in_queue and q.dead_blocks_group and l.group_key = e.group_key
        ),
        9223372036854775807
      ) as barrier
    from unnest(group_keys, sequences) as e(group_key, sequence)
    group by e.group_key
  ) as ended
  cross join lateral (
    select n.message_id
    from millrace.delivery n
    where n.queue_id = in_queue
      and n.group_key = ended.group_key
      -- The walk starts behind the first member that ended, instead of passing the finished rows of a long group again.
      and n.sequence > ended.first
      and n.sequence < ended.barrier
      and n.available_at = 'infinity'
    order by n.sequence
    limit ended.places
  ) as next
  -- Served by the primary key alone; settle_done explains this form.
  where d.message_id = any (array[next.message_id]) and d.queue_id + 0 = in_queue;
end
$$;
