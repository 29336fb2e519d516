-- A new version 7 uuid (RFC 9562): 48 bits of Unix milliseconds by the database's clock, then random bits. For messages
-- that come without an id.
create or replace function millrace.uuid_v7() returns uuid
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select overlay(
    overlay(
      replace(gen_random_uuid()::text, '-', '')
      placing lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') from 1 for 12
    )
    placing '7' from 13 for 1
  )::uuid
$$;
