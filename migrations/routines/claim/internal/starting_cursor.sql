-- A cursor for a claim that has none: the start of every priority level that has deliveries whose time has come. One
-- probe of the indexes in claim order for each level, so that nothing of one level is walked to reach another. claim and
-- find_suspects call it, and claim_suspects when it is repeated.
create or replace function millrace.starting_cursor(queue_id smallint) returns json
language sql volatile
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  select coalesce(json_agg(millrace.cursor_level(level::smallint, '-infinity', 0, '-infinity', 0) order by level), '[]')
  from generate_series(1, 9) as level
  -- Behind a limit of its own each probe stays a probe. As "exists", the planner could turn the nine of them into one
  -- join that reads the whole queue.
  cross join lateral (
    (
      select from millrace.delivery d
      where d.queue_id = starting_cursor.queue_id
        and d.priority = level
        and d.available_at <= statement_timestamp()
      limit 1
    )
    union all
    (
      select from millrace.parcel p
      where p.queue_id = starting_cursor.queue_id and p.priority = level
      limit 1
    )
    limit 1
  ) as due
$$;
