-- The first call of a helper: whether its place is still there and nobody else's. A place holds one run, so that an event
-- that is delivered twice starts one helper, and none begins when its place may have been given to another. Repeated with
-- its run it answers the same.
create or replace function millrace.start_helper(token uuid, run uuid, seconds double precision) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  update millrace.helper h
  set run = start_helper.run, ends_at = statement_timestamp() + make_interval(secs => seconds)
  where h.token = start_helper.token
    and h.ends_at > statement_timestamp()
    and coalesce(h.run, start_helper.run) = start_helper.run;
  return found;
end
$$;

comment on function millrace.start_helper is
  'Begins the run of a helper, which has its place for so many seconds from now. run: a uuid of its own. Answers whether '
  'it may work: false when the token has no place any more, or another run has it.';
grant execute on function millrace.start_helper to millrace_consumer;
