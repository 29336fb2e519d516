-- The largest id of a span; see span_start.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.span_end(id uuid) returns uuid
language sql immutable
as $$
  select (pg_catalog.left(id::pg_catalog.text, 11) operator(pg_catalog.||) 'ff-ffff-ffff-ffffffffffff')::pg_catalog.uuid
$$;
