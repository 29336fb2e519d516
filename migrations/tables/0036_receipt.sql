-- What the database remembers of a delivery that SQS carries: one row for each that was sent round again, or of which an attempt
-- was begun or settled here. A copy of which there is no row was handled by nobody as far as the database knows.
--   begun     no token: nothing has happened in this round yet
--   leased    lease_expires_at is set
--   waiting   due_at is set
--   ended     ended_at is set; the outcome is done or dead
create table millrace.receipt (
  message_id uuid not null,
  queue_id smallint not null,
  -- How many times the delivery had been sent on purpose before. Copies of an earlier round are superseded.
  round smallint not null default 0,
  -- How many were spent, with the one that is under way.
  attempts smallint not null default 0,
  -- How the last attempt ended. Null while one is under way, and when it was given back unstarted.
  outcome millrace.attempt_outcome,
  -- Whoever has it keeps it beside an end: by it a repeated call is told from another one.
  lease_token uuid,
  lease_expires_at timestamptz,
  due_at timestamptz,
  ended_at timestamptz,
  -- SQS keeps a message for 14 days, and its dead-letter queue for 14 more: after that nobody brings a copy any more. A day and
  -- no instant, so that a row which is written twice in a day stays where it is in the index.
  kept_until date not null default current_date + 30,
  constraint receipt_is_unique primary key (message_id, queue_id),
  constraint receipt_is_one_of_these check (
    num_nonnulls(lease_expires_at, due_at, ended_at) <= 1 and (lease_expires_at is null or lease_token is not null)
  )
) with (
  -- A row is written when it is leased and when it is settled: room for that on the same page keeps it from the indexes.
  fillfactor = 80
);

-- Finds what is of no use any more.
create index receipt_by_day on millrace.receipt (kept_until);

-- What an SQS consumer tells of one delivery that it has had, worked out; see received_results.
create type millrace.received as (
  -- In the list that was given.
  position bigint,
  id uuid,
  type text,
  group_key text,
  round smallint,
  -- The number of this attempt.
  attempt smallint,
  outcome text,
  ms double precision,
  error jsonb,
  result jsonb,
  -- How long it waits.
  delay interval,
  -- Whether it goes back into Postgres and is relayed again, instead of waiting in SQS.
  is_resent boolean
);

-- What becomes of a copy that SQS has brought; see decided_copies.
create type millrace.decided as (
  position bigint,
  id uuid,
  round smallint,
  -- As receive answers it.
  state text,
  -- The number of this attempt, of what is taken; else how many were spent.
  attempt smallint,
  -- When the attempt before was lost, and whose it was, if that is known; null unless that is to be logged.
  lost_at timestamptz,
  lost_token uuid,
  wait_seconds integer
);
