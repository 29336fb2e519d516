-- Tells which of several databases this one is: for operators, and for whoever has several connection strings and wants to know
-- that each leads to where it should.
create or replace function millrace.databases() returns json
language sql stable security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
  select json_build_object('number', p.number, 'databases', p.databases, 'before', p.before, 'since', p.since)
  from millrace.placement p
$$;

comment on function millrace.databases is
  'Answers {"number", "databases", "before", "since"}: which of how many databases this one is, how many there were before the last '
  'growth while that is not settled, else null, and when that was. Null for the only database of a deployment.';
grant execute on function millrace.databases to millrace_consumer, millrace_operator;
