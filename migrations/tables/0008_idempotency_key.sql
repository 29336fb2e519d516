-- Which message a key stands for, until the key's window ends. The payload's hash tells a repeated request from
-- another one under the same key.
create table millrace.idempotency_key (
  type text not null,
  key text not null,
  message_id uuid not null,
  payload_hash bytea not null,
  expires_at timestamptz not null,
  constraint idempotency_key_is_unique primary key (type, key)
);

-- Finds the keys whose window is over.
create index idempotency_key_by_expiry on millrace.idempotency_key (expires_at);
