-- Attempts that simply succeeded, with nothing to tell but their times: one row for those that a settle ended together, as
-- a row and an index entry for each would be a third of what a delivery writes. All other attempts have their own rows in
-- attempt. The ids of a row lie in one span of 256 ms (see span_start), and so in one partition.
create table millrace.done_attempts (
  -- The first of message_ids.
  first_id uuid not null,
  lease_token uuid not null,
  finished_at timestamptz not null default statement_timestamp(),
  queue_id smallint not null,
  attempt smallint not null,
  -- An id is null when its message was erased.
  message_ids uuid[] not null constraint done_attempts_are_few check (cardinality(message_ids) between 1 and 100),
  -- For how many milliseconds each handler ran.
  run_ms real[] not null,
  constraint done_attempts_have_times check (cardinality(run_ms) = cardinality(message_ids))
) partition by range (first_id);

-- Never compressed and never put elsewhere: a row of 100 attempts has 2.1 KB.
alter table millrace.done_attempts alter column message_ids set storage plain, alter column run_ms set storage plain;

create table millrace.done_attempts_default partition of millrace.done_attempts default;

-- Finds a message's attempts, by its span.
create index done_attempts_by_message on millrace.done_attempts (first_id);
