-- Locks the rows of groups of one queue until the transaction ends, and answers the keys of those that it holds then.
-- Whoever looks at a group's members to decide who may start holds its row meanwhile, and looks in a statement of its
-- own: at read committed that has a snapshot of its own, and sees what the previous holder committed. group_keys are
-- distinct; a group without a row gets one.
-- Nobody is waited for longer than wait_ms, in milliseconds, above 0. That is enough for calls that come one after
-- another, as they do in a group that is in great demand, and they get their turns in order; it does not wait for a
-- transaction that somebody keeps open. Who does not get a group leaves a mark for those who come later; see
-- restart_groups. lock_new_groups and restart_groups call it.
create or replace function millrace.hold_groups(in_queue smallint, group_keys text[], wait_ms integer) returns text[]
language plpgsql
set search_path = pg_catalog, pg_temp
-- Set below; named here so that it ends with this function.
set lock_timeout = 0
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  held text[] := '{}';
  missing text[] := group_keys;
begin
  perform set_config('lock_timeout', wait_ms::text, true);
  -- All in the order of the keys, so that two that wait for each other's groups do not do so in a circle.
  loop
    with new as (
      insert into millrace.message_group (queue_id, group_key)
      select in_queue, m from unnest(missing) as m order by m
      -- Waits for a transaction that is just making or removing the same row.
      on conflict (queue_id, group_key) do nothing
      returning group_key
    )
    select held || coalesce(array_agg(n.group_key), '{}') into held from new n;
    held := held || array(
      select g.group_key
      from millrace.message_group g
      where g.queue_id = in_queue
        and g.group_key = any (array(select unnest(missing) except select unnest(held)))
      order by g.group_key
      for update
    );
    exit when cardinality(held) = cardinality(group_keys);
    -- A holder has removed the row in the end: it is made in the next round.
    missing := array(select unnest(group_keys) except select unnest(held));
  end loop;
  return held;
exception
  -- With a deadlock_timeout below the time given here, a circle with a lock of another kind is found first.
  when lock_not_available or deadlock_detected then
    return array(
      select g.group_key
      from millrace.message_group g
      where g.queue_id = in_queue and g.group_key = any (group_keys)
      for update skip locked
    );
end
$$;
