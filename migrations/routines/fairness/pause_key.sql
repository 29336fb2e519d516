-- Stops claims of what a fair queue has for one fairness key, while all others go on. It goes on accepting messages for the key, and
-- what is being processed may be settled. Operators call it.
-- Claims take what they meet of the key out of the line, so that this call is short, however much waits.
create or replace function millrace.pause_key(queue text, fairness_key text, actor text default null) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select millrace.set_key_paused(queue, fairness_key, true, actor)
$$;

comment on function millrace.pause_key is
  'Stops claims of what a fair queue has for one fairness key; others go on, and what is being processed is settled. Its messages '
  'are blocked from when a claim comes to them. actor: who does it, for the audit table; the session''s user when null. Errors: '
  'MR002 no key, or a queue that is not fair; MR006 unknown queue.';
grant execute on function millrace.pause_key to millrace_operator;
