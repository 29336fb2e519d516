-- Stops claims from a queue. It goes on accepting and keeping messages; what is being processed is settled.
create or replace function millrace.pause(queue text, actor text default null) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select millrace.set_paused(queue, true, actor)
$$;

revoke execute on function millrace.pause from public;
grant execute on function millrace.pause to millrace_operator;
