-- The smallest uuid that a version 7 id of the given instant can have. It turns instants into bounds of partitions and
-- of ranges of ids.
create or replace function millrace.uuid_floor(instant timestamptz) returns uuid
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select rpad(lpad(to_hex((extract(epoch from instant) * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;
