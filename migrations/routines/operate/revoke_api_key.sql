-- Ends a caller's API key, with the one before a rotation. The HTTP API refuses it from then on, after 5 seconds at the
-- latest, for which its functions remember keys. Operators call it, and the HTTP API for them: taking access away must
-- not wait for the owner. Answers since when it is revoked; again changes nothing.
create or replace function millrace.revoke_api_key(name text, actor text default null) returns timestamptz
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
-- A bare name is a column's; claim_fresh says more.
#variable_conflict use_column
declare
  since timestamptz;
begin
  update millrace.api_key k
  set revoked_at = coalesce(k.revoked_at, statement_timestamp())
  where k.name = revoke_api_key.name
  returning k.revoked_at into since;
  if not found then
    raise 'no API key is named "%"', revoke_api_key.name using errcode = 'MR012';
  end if;
  perform millrace.audit_action(actor, 'revoke-api-key', jsonb_build_object('apiKey', revoke_api_key.name), 1);
  return since;
end
$$;

comment on function millrace.revoke_api_key is
  'Ends the API key of a name, with the one before its rotation: refused within 5 seconds. Answers since when it is '
  'revoked. actor: who does it, for the audit table; the session''s user when null. Errors: MR012 no API key has this '
  'name.';
grant execute on function millrace.revoke_api_key to millrace_operator;
