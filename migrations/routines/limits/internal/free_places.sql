-- How many more deliveries of a queue may be processed at once under its in-flight limit; infinite without one. A lease
-- that ran out holds no place. lock_places and limited_ms call it, with the queue's row locked.
create or replace function millrace.free_places(queue_row millrace.queue) returns double precision
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select case
    when queue_row.max_in_flight is null then 'infinity'
    else queue_row.max_in_flight - (
      select count(*)
      from millrace.in_flight f
      -- clock_timestamp() instead of the statement's own time, which may lie before the wait for the queue's row.
      where f.queue_id = queue_row.id and f.lease_expires_at > clock_timestamp()
    )::double precision
  end
$$;
