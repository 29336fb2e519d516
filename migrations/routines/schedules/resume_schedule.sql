-- Lets a paused schedule go on from now. A pause is no downtime, so nothing is caught up, whatever the schedule's
-- catchUp says. Operators call it, and the HTTP API for them.
create or replace function millrace.resume_schedule(name text, actor text default null) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select millrace.set_schedule_paused(name, false, actor)
$$;

comment on function millrace.resume_schedule is
  'Lets a paused schedule go on from now; what was due during the pause is not caught up. actor: who does it, for '
  'the audit table; the session''s user when null. Errors: MR009 unknown schedule.';
grant execute on function millrace.resume_schedule to millrace_operator;
