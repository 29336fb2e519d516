-- Which release's routines are in place. The number stands in this text and not in the ledger, since all routines are
-- applied in one transaction, after the tables: it is there if and only if everything else of its release is. Whoever
-- adds a table file changes it, and a test holds it to the newest file.
create or replace function millrace.schema_version() returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select '0047'
$$;

comment on function millrace.schema_version is
  'Answers the version of the schema: the number of the newest table file of the release whose tables and routines are in '
  'place, such as 0007.';
grant execute on function millrace.schema_version to millrace_consumer, millrace_operator;
