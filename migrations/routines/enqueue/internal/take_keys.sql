-- Gives each idempotency key of an owner that is free, or whose window is over, to the first message of the batch that
-- carries it. A key in use keeps its message. enqueue_keyed calls it before anything is stored.
create or replace function millrace.take_keys(messages jsonb, owner text) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  -- Keys are taken in order, so that two batches with the same keys never deadlock. Whoever finds that a key is being
  -- stored at this moment waits here for that transaction to end. Even a key in use is locked by "on conflict do
  -- update", whose where clause is false then, so that it cannot change before the caller's transaction ends; the
  -- statements that follow see what the other one committed.
  insert into millrace.idempotency_key as k (owner, type, key, message_id, payload_hash, expires_at)
  select distinct on (m.type, m.key) take_keys.owner, m.type, m.key, m.id, m.payload_hash, m.expires_at
  from millrace.keyed_messages(messages) as m
  -- A key that nobody owns, from before keys had owners, is not free, and never changes, so it needs no lock. A message
  -- that would replace its message cannot, and starts a key of its owner's own.
  where m.is_replacing
    or not exists (select from millrace.standing_key(take_keys.owner, m.type, m.key) as s where s.owner = '')
  order by m.type, m.key, m.position
  on conflict (owner, type, key) do update
  set message_id = excluded.message_id, payload_hash = excluded.payload_hash, expires_at = excluded.expires_at
  where k.expires_at <= statement_timestamp()
$$;
