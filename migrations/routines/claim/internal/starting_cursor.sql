-- A cursor at the start of every priority level that has due deliveries. One probe of the index for each level:
-- nothing of one level is walked to reach another.
create or replace function millrace.starting_cursor(queue_id smallint) returns json
language sql volatile
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  select coalesce(json_agg(millrace.cursor_level(level::smallint, '-infinity', 0) order by level), '[]')
  from generate_series(1, 9) as level
  -- With a limit of its own each look stays one, where "exists" may be joined by reading the whole queue.
  cross join lateral (
    select from millrace.delivery d
    where d.queue_id = starting_cursor.queue_id
      and d.priority = level
      and d.available_at <= statement_timestamp()
    limit 1
  ) as due
$$;

revoke execute on function millrace.starting_cursor from public;
