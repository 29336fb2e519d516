-- The caller whose key has the given SHA-256, in hex, and what it may do.
create or replace function millrace.find_api_key(secret_hash text) returns table (name text, scopes text[])
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.name, k.scopes from millrace.api_key k where k.secret_hash = find_api_key.secret_hash
$$;

revoke execute on function millrace.find_api_key from public;
grant execute on function millrace.find_api_key to millrace_operator;
