-- What carries a queue's deliveries to their handlers. Those of a queue on SQS leave Postgres when SQS has accepted them, and
-- their attempt is logged as relayed; in done_attempts, where all others have a number from 1, one numbered 0 was relayed.
alter table millrace.queue add column engine text not null default 'postgres'
  constraint engine_is_known check (engine in ('postgres', 'sqs', 'sqs-fifo'));
alter type millrace.attempt_outcome add value 'relayed';
