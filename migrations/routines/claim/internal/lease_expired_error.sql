-- The error of an attempt that nobody settled, for the log of attempts and for dead letters.
create or replace function millrace.lease_expired_error() returns jsonb
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_object(
    'name', 'LeaseExpired',
    'message',
    'the attempt was not settled before its lease ended: its consumer crashed, timed out or lost the database'
  )
$$;
