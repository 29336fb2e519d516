-- The caller of the HTTP API whose key has the given SHA-256, in lower-case hex, and what it may do; no row for a key that
-- is unknown, expired or revoked. The HTTP function calls it. A hash is enough for keys that are long and random, and lets
-- the database be read without giving keys away.
create or replace function millrace.find_api_key(secret_hash text) returns table (name text, scopes text[])
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  key millrace.api_key;
begin
  select k.* into key
  from millrace.api_key k
  where (k.secret_hash = find_api_key.secret_hash
      or k.older_hash = find_api_key.secret_hash and k.older_until > statement_timestamp())
    and k.revoked_at is null;
  if not found or key.secret_hash = find_api_key.secret_hash and key.expires_at <= statement_timestamp() then
    return;
  end if;
  if key.last_used_at > statement_timestamp() - interval '1 hour' then
    return query select key.name, key.scopes;
    return;
  end if;
  -- Once an hour, so that a read stays a read. It must not keep the caller out: who has the row locked, to revoke the key
  -- or to say the same, is not waited for, and a database that takes no writes at the moment still tells who calls.
  begin
    update millrace.api_key k
    set last_used_at = statement_timestamp()
    where k.name = (select l.name from millrace.api_key l where l.name = key.name for no key update skip locked);
  exception
    when read_only_sql_transaction or insufficient_resources then null;
  end;
  return query select key.name, key.scopes;
end
$$;

comment on function millrace.find_api_key is
  'Finds the caller of the HTTP API whose key has the given SHA-256, in lower-case hex, and its scopes; no row for a key '
  'that is unknown, expired or revoked. Notes once an hour that the key is used.';
grant execute on function millrace.find_api_key to millrace_operator;
