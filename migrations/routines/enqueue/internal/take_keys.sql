-- Gives each idempotency key that is free to the first message that carries it. Those in use are kept as they are
-- until the caller's transaction ends.
create or replace function millrace.take_keys(messages jsonb) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  -- In key order, so that two batches never deadlock. Waits for whoever is storing the same key at this moment;
  -- the statement after it sees what they committed.
  insert into millrace.idempotency_key as k (type, key, message_id, payload_hash, expires_at)
  select distinct on (m.type, m.key) m.type, m.key, m.id, m.payload_hash, m.expires_at
  from millrace.keyed_messages(messages) as m
  order by m.type, m.key, m.position
  on conflict (type, key) do update
  set message_id = excluded.message_id, payload_hash = excluded.payload_hash, expires_at = excluded.expires_at
  where k.expires_at <= statement_timestamp()
$$;

revoke execute on function millrace.take_keys from public;
