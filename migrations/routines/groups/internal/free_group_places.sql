-- How many more members of a group may be live beside each other. restart_groups and redrive_letter call it, with the
-- group locked. Blocked members stand behind the others in the group's order, so only the first group_concurrency of
-- them are looked at.
create or replace function millrace.free_group_places(queue_row millrace.queue, group_key text) returns integer
language sql volatile
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  select queue_row.group_concurrency - count(*)::integer
  from (
    select d.available_at
    from millrace.delivery d
    where d.queue_id = queue_row.id and d.group_key = free_group_places.group_key
    order by d.sequence
    limit queue_row.group_concurrency
  ) as first
  where first.available_at < 'infinity'
$$;
