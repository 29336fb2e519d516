-- The smallest id of the 256 milliseconds in which a version 7 id was made. What holds several ids in one row, a parcel or a
-- row of done_attempts, holds ids of one such span, so that a look-up by any of them reads the rows of its span and no others.
-- A week begins with a span, so no span lies in two partitions.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.span_start(id uuid) returns uuid
language sql immutable
as $$
  select (pg_catalog.left(id::pg_catalog.text, 11) operator(pg_catalog.||) '00-0000-0000-000000000000')::pg_catalog.uuid
$$;
