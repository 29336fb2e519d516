-- Raises MR007 for the first message whose idempotency key stands for another payload.
create or replace function millrace.refuse_key_conflict(messages jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  conflict record;
begin
  select m.position - 1 as index into conflict
  from millrace.keyed_messages(messages) as m
  join millrace.idempotency_key k on k.type = m.type and k.key = m.key
  where k.payload_hash <> m.payload_hash
    -- Of several that replace each other in one batch the last one has the key.
    and not m.is_replacing
    -- Its own key has gone to another message since it was stored.
    and not exists (select from millrace.message own where own.id = m.id)
    -- Equal numbers may be written in two ways, such as 1 and 1.0.
    and not exists (select from millrace.message first where first.id = k.message_id and first.payload = m.payload)
  order by m.position
  limit 1;
  if found then
    raise 'the idempotency key is in use with another payload' using
      errcode = 'MR007',
      detail = json_build_object('index', conflict.index, 'pointer', '/idempotencyKey');
  end if;
end
$$;

revoke execute on function millrace.refuse_key_conflict from public;
