-- Lets a paused queue be claimed from again. Operators call it, and the HTTP API for them.
create or replace function millrace.resume(queue text, actor text default null) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select millrace.set_paused(queue, false, actor)
$$;

comment on function millrace.resume is
  'Lets a paused queue be claimed from again. actor: who does it, for the audit table; the session''s user when '
  'null. Errors: MR006 unknown queue.';
grant execute on function millrace.resume to millrace_operator;
