-- Stops claims from a queue. It goes on accepting messages, and what is being processed may be settled. Operators call
-- it, and the HTTP API for them.
create or replace function millrace.pause(queue text, actor text default null) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select millrace.set_paused(queue, true, actor)
$$;

comment on function millrace.pause is
  'Stops claims from a queue, which goes on accepting messages; what is being processed is settled. actor: who does '
  'it, for the audit table; the session''s user when null. Errors: MR006 unknown queue.';
grant execute on function millrace.pause to millrace_operator;
