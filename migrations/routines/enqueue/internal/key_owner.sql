-- Whose idempotency keys an enqueue is about. Keys of different owners are different keys, so that nobody learns of
-- another's messages by them, keeps a key from another, or takes another's message back with replace.
-- The HTTP API names its caller, as key:, jwt: or iam: and the identity: of these many come through one login. Only who
-- may act as the schema's owner, or is an operator, may name one; every other producer's owner is the login, which it
-- cannot choose. enqueue_many asks.
create or replace function millrace.key_owner(caller text) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if caller is null then
    return 'role:' || session_user;
  end if;
  if not millrace.acts_for_others() then
    raise 'only an operator may enqueue for a caller' using errcode = 'insufficient_privilege';
  end if;
  if caller !~ '^(key|jwt|iam):.' or length(caller) > 250 then
    raise 'caller must be key:, jwt: or iam: and an identity, of at most 250 characters in all'
      using errcode = 'MR002', detail = '{"index": 0, "pointer": ""}';
  end if;
  return caller;
end
$$;
