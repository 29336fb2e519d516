-- How many more deliveries of a queue may be processed at once; infinite without an in-flight limit. A lease that
-- ran out holds no place.
create or replace function millrace.free_places(queue_row millrace.queue) returns double precision
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select case
    when queue_row.max_in_flight is null then 'infinity'
    else queue_row.max_in_flight - (
      select count(*)
      from millrace.in_flight f
      where f.queue_id = queue_row.id and f.lease_expires_at > clock_timestamp()
    )::double precision
  end
$$;

revoke execute on function millrace.free_places from public;
