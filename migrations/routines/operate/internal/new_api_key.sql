-- A new API key: what it is, "mr_", 32 random bytes and a checksum of 4, in lower-case hex. The prefix lets scanners find
-- a key that got into a repository, and by the checksum the HTTP function turns away what cannot be a key without asking
-- the database: functions/http/caller/api-key-form.ts knows the same form. create_api_key and rotate_api_key call it.
create or replace function millrace.new_api_key() returns text
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  -- Random uuids are the only source of secrets in Postgres without an extension: 122 bits in each, of which three make
  -- more than the 256 that the hash keeps.
  select body || left(encode(sha256(convert_to(body, 'UTF8')), 'hex'), 8)
  from concat(
    'mr_',
    encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex')
  ) as body
$$;
