-- What a hand-over must know: how long handlers take, and which consumers it has started.

-- How long handlers ran in all, in milliseconds, for what was claimed and not released. Null in rows of code that did not
-- count it yet.
alter table millrace.drain_log add column run_ms bigint constraint run_not_negative check (run_ms >= 0);

-- The latest drains of one queue, however many others have had since.
create index drain_log_by_queue on millrace.drain_log (queue_id, ended_at);

-- Places of helpers: invocations of the consumer that were handed a part of a backlog. Each has one until its end, or until
-- the time that it was given is over.
create table millrace.helper (
  token uuid constraint helper_is_unique primary key,
  -- The one run that has the place; null until it has started.
  run uuid,
  ends_at timestamptz not null
);
