-- Registers a caller of the HTTP API, or gives it a new key or other scopes. The secret is the caller's to keep: only
-- its SHA-256 is stored. Scopes are read, operate and enqueue:PATTERN, such as enqueue:* or enqueue:order.*. Granted to
-- no role: the owner hands out access, operators do not.
create or replace function millrace.put_api_key(name text, secret text, scopes text[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- A bare name is a column's; claim_suspect says more.
#variable_conflict use_column
declare
  wrong text;
begin
  if length(secret) < 20 then
    raise 'an API key must have at least 20 characters' using errcode = 'MR002';
  end if;
  select s into wrong from unnest(scopes) as s where s !~ '^(read|operate|enqueue:(\*|[a-z0-9_.]+(\.\*)?))$' limit 1;
  if found then
    raise '"%" is not a scope; scopes are read, operate and enqueue:PATTERN', wrong using errcode = 'MR002';
  end if;
  insert into millrace.api_key as k (name, secret_hash, scopes)
  values (put_api_key.name, encode(sha256(convert_to(secret, 'UTF8')), 'hex'), put_api_key.scopes)
  on conflict (name) do update set secret_hash = excluded.secret_hash, scopes = excluded.scopes;
end
$$;

comment on function millrace.put_api_key is
  'Registers a caller of the HTTP API, or gives it a new key or other scopes. secret: at least 20 characters, of '
  'which only the SHA-256 is kept; scopes: read, operate, enqueue:PATTERN. Errors: MR002 secret too short or '
  'unknown scope.';
