-- The last call of a helper: gives its place back. Without it, as after a crash, the place is free when its time is over.
create or replace function millrace.end_helper(token uuid, run uuid) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  delete from millrace.helper h where h.token = end_helper.token and h.run = end_helper.run
$$;

comment on function millrace.end_helper is
  'Gives the place of a helper back, when its run has ended. Does nothing when another run has it.';
grant execute on function millrace.end_helper to millrace_consumer;
