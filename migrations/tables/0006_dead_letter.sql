-- A dead letter: a delivery that used up its attempts or was rejected. Its payload stays in message.
create table millrace.dead_letter (
  message_id uuid not null,
  queue_id smallint not null references millrace.queue,
  sequence bigint not null,
  priority smallint not null,
  attempts smallint not null,
  died_at timestamptz not null default statement_timestamp(),
  type text not null,
  group_key text,
  error jsonb not null,
  constraint dead_letter_is_unique primary key (message_id, queue_id)
);

-- Lists a queue's dead letters, newest first.
create index dead_letter_by_queue on millrace.dead_letter (queue_id, died_at, message_id);

-- Finds what a group waits for, in queues where a dead letter blocks its group. The group comes first, so that no plan
-- takes the index above for it.
create index dead_letter_by_group on millrace.dead_letter (group_key, queue_id) where group_key is not null;
