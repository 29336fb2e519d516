-- The queue of what waits here to be sent to another database. Null where there has been one database at all times.
create or replace function millrace.elsewhere() returns smallint
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select q.id from millrace.queue q where q.name = 'elsewhere' and q.engine = 'database'
$$;
