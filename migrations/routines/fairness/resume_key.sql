-- Lets a fairness key be claimed from again. What was held back takes its turns behind what has them: the first thousand at once, and
-- a thousand with each claim after that. Operators call it.
create or replace function millrace.resume_key(queue text, fairness_key text, actor text default null) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select millrace.set_key_paused(queue, fairness_key, false, actor)
$$;

comment on function millrace.resume_key is
  'Lets what a fair queue has for a paused fairness key be claimed again, in turns behind what has them. actor: who does it, for '
  'the audit table; the session''s user when null. Errors: MR002 no key, or a queue that is not fair; MR006 unknown queue.';
grant execute on function millrace.resume_key to millrace_operator;
