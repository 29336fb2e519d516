-- Gives a caller of the HTTP API a new key under the same name and scopes, and answers it, this once. The key before it
-- goes on for a while, so that the caller can be given the new one without a gap; one that was rotated out earlier ends.
-- The name stays, and with it whose idempotency keys they are. Granted to no role, as create_api_key.
create or replace function millrace.rotate_api_key(
  name text, expires_at timestamptz default null, older_seconds integer default 86400
) returns text
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- A bare name is a column's; claim_fresh says more.
#variable_conflict use_column
declare
  key constant text := millrace.new_api_key();
  hash constant text := encode(sha256(convert_to(key, 'UTF8')), 'hex');
begin
  perform millrace.require_api_key('any', '{read}', rotate_api_key.expires_at);
  if older_seconds is null or older_seconds not between 0 and 2592000 then
    raise 'older_seconds must be from 0 to 2592000 (30 days)' using errcode = 'MR002';
  end if;
  update millrace.api_key k
  set older_hash = k.secret_hash,
    -- A rotation prolongs nothing: the older key ends by its own time of expiry, if that is sooner.
    older_until = least(k.expires_at, statement_timestamp() + make_interval(secs => older_seconds)),
    secret_hash = hash,
    created_at = statement_timestamp(),
    expires_at = rotate_api_key.expires_at
  where k.name = rotate_api_key.name and k.revoked_at is null;
  if not found then
    raise 'no API key in use is named "%"', rotate_api_key.name using errcode = 'MR012';
  end if;
  perform millrace.audit_action(null, 'rotate-api-key', jsonb_build_object('apiKey', rotate_api_key.name), 1);
  return key;
end
$$;

comment on function millrace.rotate_api_key is
  'Makes a new API key under a name in use and answers it, this once. The key before it goes on for older_seconds (0 to '
  '2592000), unless it expires sooner; one from an earlier rotation ends at once. expires_at: of the new key, never when '
  'null. Errors: MR002 unfit time, MR012 no key of that name is in use.';
