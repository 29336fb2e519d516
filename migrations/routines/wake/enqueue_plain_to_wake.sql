-- Enqueues as enqueue_plain does, and tells what enqueue_to_wake tells, for the same callers.
create or replace function millrace.enqueue_plain_to_wake(
  type text, ids uuid[], kib smallint, payloads json, caller text, eager boolean
) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  enqueued constant json := millrace.enqueue_plain(type, ids, kib, payloads, caller);
  due_at constant timestamptz := case
    when json_typeof(enqueued) = 'array' then millrace.enqueued_due_at(enqueued)
    when enqueued #>> '{}' = 'pending' then statement_timestamp()
  end;
begin
  return json_build_object(
    'enqueued', enqueued,
    'now', statement_timestamp(),
    'dueAt', due_at,
    -- Asked last; see enqueue_to_wake.
    'wake', eager and coalesce(due_at <= statement_timestamp(), false) and millrace.ask_wake_up()
  );
end
$$;

comment on function millrace.enqueue_plain_to_wake is
  'Enqueues as enqueue_plain does, and answers as enqueue_to_wake, with what enqueue_plain answers as "enqueued". Errors as '
  'those of enqueue_many: MR001, MR002, MR003, MR004, MR005, MR007, MR008, MR011, MR013, MR014.';
grant execute on function millrace.enqueue_plain_to_wake to millrace_producer;
