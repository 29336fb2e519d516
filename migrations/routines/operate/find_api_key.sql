-- The caller of the HTTP API whose key has the given SHA-256, in lower-case hex, and what it may do; no row for an
-- unknown key. The HTTP function calls it. A hash is enough for keys that are long and random, and lets the database be
-- read without giving keys away.
create or replace function millrace.find_api_key(secret_hash text) returns table (name text, scopes text[])
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.name, k.scopes from millrace.api_key k where k.secret_hash = find_api_key.secret_hash
$$;

comment on function millrace.find_api_key is
  'Finds the caller of the HTTP API whose key has the given SHA-256, in lower-case hex, and its scopes; no row for '
  'an unknown key.';
grant execute on function millrace.find_api_key to millrace_operator;
