-- Whose an idempotency key is: a caller of the HTTP API, a database login, or the handlers; see key_owner. Keys from before
-- belong to nobody, '', and stand for their message whoever brings them, until their window ends.
alter table millrace.idempotency_key add column owner text not null default '';
alter table millrace.idempotency_key
  drop constraint idempotency_key_is_unique,
  add constraint idempotency_key_is_unique primary key (owner, type, key);

-- Until the routines of this release are there, those of the one before go on enqueueing. They call this one, which takes
-- keys for nobody, as they did before; only the constraint by which it finds them has another form.
create or replace function millrace.take_keys(messages jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into millrace.idempotency_key as k (type, key, message_id, payload_hash, expires_at)
  select distinct on (m.type, m.key) m.type, m.key, m.id, m.payload_hash, m.expires_at
  from millrace.keyed_messages(messages) as m
  order by m.type, m.key, m.position
  on conflict (owner, type, key) do update
  set message_id = excluded.message_id, payload_hash = excluded.payload_hash, expires_at = excluded.expires_at
  where k.expires_at <= statement_timestamp();
end
$$;

-- The login that enqueued a message: it alone is told that a message which it sends again is there. Null for messages from
-- before.
alter table millrace.message add column enqueued_by oid;
