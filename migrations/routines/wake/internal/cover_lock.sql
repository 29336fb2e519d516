-- The advisory lock between enqueues that ask whether somebody will look, who share it, and a drain that gives up looking,
-- which takes it alone.
create or replace function millrace.cover_lock() returns bigint
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select hashtextextended('millrace.wake_up', 0)
$$;
