-- Carries out on a portion of a queue's groups, up to 1000 in the order of their keys, that a deployment has changed
-- the rules by which they go on: as many members start as now may, which makes portions of wide groups smaller. Answers
-- how many groups that were. Groups that somebody else holds are marked. sync sets regroup_after, and survey, claim and
-- sync_groups call this for as long as regroup_after or regroup_horizon is set. Above read committed it does nothing,
-- since it would not see what the last holder of a group committed.
create or replace function millrace.regroup(in_queue smallint) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  most integer;
  after_key text;
  horizon xid8;
  group_keys text[];
  held text[];
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    return 0;
  end if;
  select q.regroup_after, q.regroup_horizon, greatest(1, least(1000, 2000 / q.group_concurrency))
  into after_key, horizon, most
  from millrace.queue q
  where q.id = in_queue and num_nonnulls(q.regroup_after, q.regroup_horizon) > 0
  -- One at a time; whoever comes meanwhile goes on without.
  for no key update skip locked;
  if not found or after_key is null and pg_snapshot_xmin(pg_current_snapshot()) < horizon then
    return 0;
  end if;
  if after_key is null then
    horizon := null;
  elsif after_key = '' and exists (select from pg_snapshot_xip(pg_current_snapshot())) then
    -- Who is writing at this moment may have read the old rules, and its groups cannot be seen yet.
    horizon := pg_snapshot_xmax(pg_current_snapshot());
  end if;

  group_keys := array(
    select g.group_key
    from millrace.message_group g
    where g.queue_id = in_queue and g.group_key > coalesce(after_key, '')
    order by g.group_key
    limit most
  );
  held := millrace.hold_free_groups(in_queue, group_keys);
  perform millrace.mark_groups(
    in_queue,
    millrace.restart_held_groups(in_queue, held) || array(select unnest(group_keys) except select unnest(held))
  );
  update millrace.queue q
  -- Null when this was the last portion: an array has nothing at a place that it does not reach.
  set regroup_after = group_keys[most], regroup_horizon = horizon
  where q.id = in_queue;
  return cardinality(group_keys);
end
$$;
