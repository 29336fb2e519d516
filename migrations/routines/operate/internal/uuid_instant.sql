-- The instant that a version 7 uuid carries, to the millisecond: what uuid_floor was given. messages shows how far it looked.
create or replace function millrace.uuid_instant(id uuid) returns timestamptz
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)
$$;
