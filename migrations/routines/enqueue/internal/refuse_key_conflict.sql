-- Raises MR007 for the first message whose idempotency key stands for a message with another payload; does nothing when
-- there is none. enqueue_keyed calls it after everything else is stored.
create or replace function millrace.refuse_key_conflict(messages jsonb, owner text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  conflict record;
begin
  select m.position - 1 as index into conflict
  from millrace.keyed_messages(messages) as m
  cross join lateral millrace.standing_key(refuse_key_conflict.owner, m.type, m.key) as k
  where k.payload_hash <> m.payload_hash
    -- When several messages of one batch replace each other under one key, the last one gets the key, and the others
    -- differ from it rightly.
    and not m.is_replacing
    -- This message was stored by the same call made before, and its key has gone to another one since.
    and not exists (select from millrace.message own where own.id = m.id)
    -- The hash is of the payload's text, and jsonb keeps how a number was written: 1 and 1.0 are equal, and their
    -- hashes differ. So payloads with different hashes are compared as jsonb before they are called different.
    and not exists (select from millrace.message first where first.id = k.message_id and first.payload::jsonb = m.payload)
  order by m.position
  limit 1;
  if found then
    raise 'the idempotency key is in use with another payload' using
      errcode = 'MR007',
      detail = json_build_object('index', conflict.index, 'pointer', '/idempotencyKey');
  end if;
end
$$;
