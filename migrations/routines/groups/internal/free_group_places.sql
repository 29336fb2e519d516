-- How many more members of a group may be live beside each other. Blocked members stand behind the others, so only the
-- first ones are looked at.
create or replace function millrace.group_places(lane millrace.queue, group_key text) returns integer
language sql volatile
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  select lane.group_concurrency - count(*)::integer
  from (
    select d.available_at
    from millrace.delivery d
    where d.queue_id = lane.id and d.group_key = group_places.group_key
    order by d.sequence
    limit lane.group_concurrency
  ) as first
  where first.available_at < 'infinity'
$$;

revoke execute on function millrace.group_places from public;
