-- The callers of the HTTP API that have API keys, by name, without anything of which a key could be made. Operators and
-- the HTTP API call it.
create or replace function millrace.api_keys() returns json
language sql stable security definer
set search_path = pg_catalog, pg_temp
-- The time zone is fixed for the reason that stands in enqueue_at_any_depth.
set timezone = 'UTC'
as $$
  select coalesce(json_agg(json_build_object(
    'name', k.name,
    'scopes', k.scopes,
    'createdAt', k.created_at,
    'lastUsedAt', k.last_used_at,
    'expiresAt', k.expires_at,
    'revokedAt', k.revoked_at
  ) order by k.name), '[]')
  from millrace.api_key k
$$;

comment on function millrace.api_keys is
  'Lists the API keys: [{name, scopes, createdAt, lastUsedAt, expiresAt, revokedAt}]. lastUsedAt is to the hour, and '
  'null for a key that was never used; expiresAt and revokedAt are null for one without an end.';
grant execute on function millrace.api_keys to millrace_operator;
