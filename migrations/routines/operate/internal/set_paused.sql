-- Pauses or resumes a queue and leaves a line in the audit table. Raises MR006 for an unknown one. pause and resume
-- call it.
create or replace function millrace.set_paused(queue text, paused boolean, actor text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  update millrace.queue q set is_paused = paused where q.name = queue;
  if not found then
    raise 'no queue is named "%"', queue using errcode = 'MR006';
  end if;
  perform millrace.audit_action(
    actor, case when paused then 'pause' else 'resume' end, jsonb_build_object('queue', queue), 1
  );
end
$$;
