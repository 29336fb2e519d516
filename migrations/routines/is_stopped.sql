-- Whether nothing of a group can go on by itself: no dead letter holds it any more, and no member is claimable,
-- scheduled or being processed.
create or replace function millrace.is_stopped(lane millrace.queue, group_key text) returns boolean
language sql volatile
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
  select not exists (
    select from millrace.dead_letter l where l.queue_id = lane.id and l.group_key = is_stopped.group_key
  )
  and not exists (
    select from millrace.delivery d
    where d.queue_id = lane.id and d.group_key = is_stopped.group_key and d.available_at < 'infinity'
  )
$$;

revoke execute on function millrace.is_stopped from public;
