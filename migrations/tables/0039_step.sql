-- What handlers in steps have finished of their work, so that a later attempt goes on behind it. Partitioned like message and
-- attempt, so that all that is kept of a message goes together.
create table millrace.step (
  message_id uuid not null,
  queue_id smallint not null,
  -- Where it stands among the steps of its delivery, from 0.
  number smallint not null,
  -- Of the handler that has finished it.
  version smallint not null,
  name text not null,
  -- Null when it had none. As it was written: numbers and the order of members come back as they were.
  result json,
  started_at timestamptz not null,
  finished_at timestamptz not null default statement_timestamp(),
  constraint step_is_unique primary key (message_id, queue_id, number),
  -- What is read before a handler goes on is bounded: 250 results of 16 KiB are about as much as a claim brings.
  constraint steps_are_few check (number between 0 and 249),
  constraint step_result_is_small check (octet_length(result::text) <= 16384)
) partition by range (message_id);

create table millrace.step_default partition of millrace.step default;

-- Whether steps were ever recorded for the queue: who reads a message's status looks for them only then.
alter table millrace.queue add column has_steps boolean not null default false;
