-- Enqueues a schedule's message now, beside its due times: the schedule itself stays where it stands, paused or not. Operators call
-- it through the HTTP API, since payloads are made in TypeScript. The message is enqueued as that of a due time is, whatever
-- the depth of its queues.
-- Answers as enqueue_to_wake, or null when the schedule has another rule by now than the code that made the message.
-- The message carries its id, so a call whose answer was lost may be made again: it stores nothing more, and leaves no second line
-- in the audit table.
create or replace function millrace.run_schedule(
  name text, rule text, time_zone text, message jsonb, actor text default null, eager boolean default false
) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  schedule_row millrace.schedule;
  is_repeated boolean;
  enqueued json;
  due_at timestamptz;
begin
  -- Locked, so that of two calls for the same message the second one sees what the first has stored.
  select s.* into schedule_row
  from millrace.schedule s
  where s.name = run_schedule.name and s.is_declared
  for no key update;
  if not found then
    raise 'no schedule is named "%"', name using errcode = 'MR009';
  end if;
  if schedule_row.rule <> run_schedule.rule or schedule_row.time_zone is distinct from run_schedule.time_zone then
    return null;
  end if;
  is_repeated := exists (select from millrace.message m where m.id = (message ->> 'id')::uuid);
  enqueued := millrace.enqueue_at_any_depth(
    jsonb_build_array(message || jsonb_build_object('type', schedule_row.type)), 'handlers'
  );
  due_at := millrace.enqueued_due_at(enqueued);
  if not is_repeated then
    perform millrace.audit_action(
      actor, 'run-schedule', jsonb_build_object('schedule', name, 'message', enqueued #> '{0,id}'), 1
    );
  end if;
  return json_build_object(
    'enqueued', enqueued,
    'now', statement_timestamp(),
    'dueAt', due_at,
    -- Asked last: until this transaction ends, a drain that is about to end waits for it.
    'wake', eager and coalesce(due_at <= statement_timestamp(), false) and millrace.ask_wake_up()
  );
end
$$;

comment on function millrace.run_schedule is
  'Enqueues a schedule''s message now, beside its due times. rule, time_zone: those of the code that made the message, '
  'which is as for enqueue_many, with an id, and gets the schedule''s type; actor: who does it, for the audit table; the '
  'session''s user when null; eager: as in enqueue_to_wake, and the answer is that, or null when the schedule has '
  'another rule by now. Errors: MR009 unknown schedule; MR001, MR002, MR003, MR004, MR005, MR007, MR011, MR013, MR014 as enqueue_many.';
grant execute on function millrace.run_schedule to millrace_operator;
