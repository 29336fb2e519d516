-- Stops a schedule: nothing is enqueued for due times until it is resumed, nor for them afterwards. MR009 for an
-- unknown one.
create or replace function millrace.pause_schedule(name text, actor text default null) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select millrace.set_schedule_paused(name, true, actor)
$$;

revoke execute on function millrace.pause_schedule from public;
grant execute on function millrace.pause_schedule to millrace_operator;
