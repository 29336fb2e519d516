-- Lets a caller into the HTTP API: makes its key and answers it, this once. The key is made here and is no parameter, so
-- that it is in no statement and therefore in no log of the server; only its SHA-256 is stored. A name whose key has
-- expired or was revoked may be given again. Granted to no role: the owner hands out access, operators do not.
create or replace function millrace.create_api_key(name text, scopes text[], expires_at timestamptz default null)
returns text
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- A bare name is a column's; claim_fresh says more.
#variable_conflict use_column
declare
  key constant text := millrace.new_api_key();
  hash constant text := encode(sha256(convert_to(key, 'UTF8')), 'hex');
begin
  perform millrace.require_api_key(create_api_key.name, create_api_key.scopes, create_api_key.expires_at);
  insert into millrace.api_key as k (name, secret_hash, scopes, expires_at)
  values (create_api_key.name, hash, create_api_key.scopes, create_api_key.expires_at)
  on conflict (name) do update set
    secret_hash = excluded.secret_hash,
    scopes = excluded.scopes,
    created_at = excluded.created_at,
    expires_at = excluded.expires_at,
    revoked_at = null,
    last_used_at = null,
    older_hash = null,
    older_until = null
  where k.revoked_at is not null or k.expires_at <= statement_timestamp();
  if not found then
    raise 'an API key named "%" is in use; rotate it, or revoke it first', create_api_key.name using errcode = 'MR002';
  end if;
  perform millrace.audit_action(
    null, 'create-api-key', jsonb_build_object('apiKey', create_api_key.name, 'scopes', create_api_key.scopes), 1
  );
  return key;
end
$$;

comment on function millrace.create_api_key is
  'Makes an API key for a caller of the HTTP API and answers it, this once: only its SHA-256 is kept. name: 1 to 100 '
  'letters, digits, ".", "_", "-"; scopes: read, operate, enqueue:PATTERN; expires_at: never when null. Errors: MR002 '
  'unfit name, scope or time, or a key of that name is in use.';
