-- Pauses or resumes a key of a fair queue and leaves a line in the audit table. Either may be repeated. Raises MR006 for an unknown
-- queue, and MR002 for what is no key and for a queue that is not fair. pause_key and resume_key call it.
create or replace function millrace.set_key_paused(queue text, fairness_key text, paused boolean, actor text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_variable
declare
  queue_row millrace.queue;
begin
  select q.* into queue_row from millrace.queue q where q.name = queue;
  if not found then
    raise 'no queue is named "%"', queue using errcode = 'MR006';
  end if;
  if coalesce(length(fairness_key), 0) not between 1 and 200 then
    raise 'fairnessKey must be a string of 1 to 200 characters' using errcode = 'MR002';
  end if;
  if not queue_row.is_fair then
    raise 'queue "%" is not fair and knows no keys', queue using errcode = 'MR002';
  end if;
  if paused then
    -- A key whose deliveries are being seated after a resume is held back anew.
    insert into millrace.paused_key as p (queue_id, fairness_key)
    values (queue_row.id, fairness_key)
    on conflict on constraint paused_key_is_unique do update
    set paused_at = default, resumed_at = null, seated_level = default, seated_through = default
    where p.resumed_at is not null;
  else
    -- Waits for claims that are holding some of it back, so that nothing is held back after this.
    update millrace.paused_key p
    set resumed_at = clock_timestamp()
    where p.queue_id = queue_row.id and p.fairness_key = set_key_paused.fairness_key and p.resumed_at is null;
    -- Something is in the line then, so that claims come and seat the rest.
    perform millrace.seat_resumed(queue_row.id);
  end if;
  perform millrace.audit_action(
    actor, case when paused then 'pause_key' else 'resume_key' end,
    jsonb_build_object('queue', queue, 'fairnessKey', fairness_key), 1
  );
end
$$;
