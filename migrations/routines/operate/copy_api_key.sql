-- Makes an API key count in this database as it does in another one of the deployment: with its hash, its scopes and its ends, so
-- that a caller is known while that database is away. Whoever has the connection strings of both calls it, with the row of the
-- other's table; the secret is no part of that. Granted to no role, as create_api_key.
create or replace function millrace.copy_api_key(key jsonb) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- A bare name is a column's; claim_fresh says more.
#variable_conflict use_column
declare
  copied constant millrace.api_key := jsonb_populate_record(null::millrace.api_key, copy_api_key.key);
begin
  insert into millrace.api_key as k (
    name, secret_hash, scopes, created_at, expires_at, revoked_at, older_hash, older_until
  )
  values (
    copied.name, copied.secret_hash, copied.scopes, copied.created_at, copied.expires_at, copied.revoked_at,
    copied.older_hash, copied.older_until
  )
  on conflict (name) do update set
    secret_hash = excluded.secret_hash,
    scopes = excluded.scopes,
    created_at = excluded.created_at,
    expires_at = excluded.expires_at,
    -- A key that was revoked here stays so, also when it is rotated there at the same moment: the other database was away, or is
    -- about to be told. One that was made anew after that is another key.
    revoked_at = case
      when k.secret_hash in (excluded.secret_hash, excluded.older_hash) then least(k.revoked_at, excluded.revoked_at)
      else excluded.revoked_at
    end,
    last_used_at = case when k.secret_hash in (excluded.secret_hash, excluded.older_hash) then k.last_used_at end,
    older_hash = excluded.older_hash,
    older_until = excluded.older_until
  where (k.secret_hash, k.scopes, k.created_at, k.expires_at, k.older_hash, k.older_until) is distinct from (
      excluded.secret_hash, excluded.scopes, excluded.created_at, excluded.expires_at, excluded.older_hash,
      excluded.older_until
    )
    or k.revoked_at is null and excluded.revoked_at is not null;
  if not found then
    return false;
  end if;
  perform millrace.audit_action(null, 'copy-api-key', jsonb_build_object('apiKey', copied.name), 1);
  return true;
end
$$;

comment on function millrace.copy_api_key is
  'Makes an API key count here as it does in another database of the deployment: key is the row of millrace.api_key there, as '
  'JSON. Answers false when nothing had to change. A key that was revoked here is not given back.';
