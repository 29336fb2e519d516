-- The key of the advisory lock that serialises enqueue and settle in one group of one queue; see lock_groups. Two
-- groups whose keys hash alike share a lock, and only wait for each other a moment longer.
create or replace function millrace.group_lock_key(queue_id smallint, group_key text) returns bigint
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select hashtextextended(group_key, queue_id)
$$;
