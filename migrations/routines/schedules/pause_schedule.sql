-- Stops a schedule: nothing is enqueued for the due times of the pause, neither while it lasts nor afterwards.
-- Operators call it, and the HTTP API for them.
create or replace function millrace.pause_schedule(name text, actor text default null) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select millrace.set_schedule_paused(name, true, actor)
$$;

comment on function millrace.pause_schedule is
  'Stops a schedule: due times during the pause get no messages, also not later. actor: who does it, for the audit '
  'table; the session''s user when null. Errors: MR009 unknown schedule.';
grant execute on function millrace.pause_schedule to millrace_operator;
