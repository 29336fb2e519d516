-- Lets a paused schedule go on, from now: a pause is no downtime, so nothing is caught up. MR009 for an unknown one.
create or replace function millrace.resume_schedule(name text, actor text default null) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select millrace.set_schedule_paused(name, false, actor)
$$;

revoke execute on function millrace.resume_schedule from public;
grant execute on function millrace.resume_schedule to millrace_operator;
