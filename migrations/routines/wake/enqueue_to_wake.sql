-- Enqueues as enqueue_many does, and tells what the HTTP API has to know to wake a consumer for it, in the same round trip:
-- when the messages are due, and whether a consumer is to be invoked at once. The HTTP API calls it where an enqueue wakes
-- the consumer, or where nothing but wake-ups does.
-- eager: whether a consumer is to be invoked for what is due now, unless one is about to look anyway.
create or replace function millrace.enqueue_to_wake(messages jsonb, caller text, eager boolean) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  enqueued constant json := millrace.enqueue_many(messages, caller);
  due_at constant timestamptz := millrace.enqueued_due_at(enqueued);
begin
  return json_build_object(
    'enqueued', enqueued,
    'now', statement_timestamp(),
    'dueAt', due_at,
    -- Asked last: until this transaction ends, a drain that is about to end waits for it.
    'wake', eager and coalesce(due_at <= statement_timestamp(), false) and millrace.ask_wake_up()
  );
end
$$;

comment on function millrace.enqueue_to_wake is
  'Enqueues as enqueue_many does, and answers {"enqueued", "now", "dueAt", "wake"}: dueAt is when the first of the messages '
  'can be claimed, null when none waits for a time; wake says that the caller is to invoke a consumer after its commit. '
  'eager: false never asks for one. Errors as those of enqueue_many: MR001, MR002, MR003, MR004, MR005, MR007, MR008, MR011, MR013, MR014.';
grant execute on function millrace.enqueue_to_wake to millrace_producer;
