-- Pauses or resumes a schedule and leaves a line in the audit table. Raises MR009 for an unknown one. pause_schedule
-- and resume_schedule call it.
create or replace function millrace.set_schedule_paused(name text, paused boolean, actor text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  update millrace.schedule s
  set is_paused = paused,
    -- Whatever changes state starts from now on: null has the next drain find the next due time. A schedule that is
    -- resumed while it runs keeps its own.
    next_due_at = case when paused = s.is_paused then s.next_due_at end,
    updated_at = statement_timestamp()
  where s.name = set_schedule_paused.name and s.is_declared;
  if not found then
    raise 'no schedule is named "%"', name using errcode = 'MR009';
  end if;
  perform millrace.audit_action(
    actor, case when paused then 'pause' else 'resume' end, jsonb_build_object('schedule', name), 1
  );
end
$$;
