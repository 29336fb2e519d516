-- What each drain did in each queue: where rates come from without counting rows. Kept for a week.
create table millrace.drain_log (
  ended_at timestamptz not null default statement_timestamp(),
  queue_id smallint not null references millrace.queue,
  claimed integer not null,
  done integer not null,
  retried integer not null,
  snoozed integer not null,
  dead integer not null,
  released integer not null,
  stale integer not null
);

create index drain_log_by_time on millrace.drain_log (ended_at);
