-- How long until a queue at its limit may give more, in milliseconds: until the next start is saved up, or a
-- second for a place that somebody else holds.
create or replace function millrace.limited_ms(lane millrace.queue) returns integer
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select case
    when millrace.free_places(lane) < 1 then 1000
    else ceil(greatest(0, 1 - millrace.saved_starts(lane)) * lane.rate_seconds / lane.rate_starts * 1000)::integer
  end
$$;

revoke execute on function millrace.limited_ms from public;
