-- The log of finished attempts: the history of every message, and where done deliveries live on.
-- Partitioned like message, so that a message and its history go together.
create type millrace.attempt_outcome as enum ('done', 'retry', 'dead', 'snooze', 'expired', 'cancelled');

create table millrace.attempt (
  message_id uuid not null,
  lease_token uuid,
  started_at timestamptz,
  finished_at timestamptz not null default statement_timestamp(),
  outcome millrace.attempt_outcome not null,
  queue_id smallint not null,
  attempt smallint not null,
  error jsonb
) partition by range (message_id);

create table millrace.attempt_default partition of millrace.attempt default;

-- Finds a message's history, and tells a repeated settle from a stale one.
create index attempt_by_message on millrace.attempt (message_id);
