-- The number of the newest table file that was applied here, such as 0007. The HTTP API's health check shows it, so
-- that one sees which release the database is ready for.
create or replace function millrace.schema_version() returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select max(substring(m.name from '/([0-9]+)_')) from millrace.migration m where m.name like 'migrations/tables/%'
$$;

comment on function millrace.schema_version is
  'Answers the number of the newest table file that was applied here, such as 0007.';
grant execute on function millrace.schema_version to millrace_consumer, millrace_operator;
