-- Lets a paused queue be claimed from again.
create or replace function millrace.resume(queue text, actor text default null) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select millrace.set_paused(queue, false, actor)
$$;

revoke execute on function millrace.resume from public;
grant execute on function millrace.resume to millrace_operator;
