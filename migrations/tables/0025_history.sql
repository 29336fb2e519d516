-- What drains did in each queue, added up: a row for each minute, each quarter of an hour and each hour, so that the figures of an
-- hour, a day and a week are read from few rows each, whatever the number of drains was.
create table millrace.queue_history (
  queue_id smallint not null references millrace.queue,
  -- How long the slot is.
  slot_seconds integer not null constraint slot_is_known check (slot_seconds in (60, 900, 3600)),
  slot_at timestamptz not null,
  done bigint not null,
  retried bigint not null,
  snoozed bigint not null,
  dead bigint not null,
  -- How long deliveries had been due when they were claimed, and how long their handlers ran: how many fell into each class.
  -- A class is half an octave wide: number n has what takes at least 2^((n-1)/2) and less than 2^(n/2) milliseconds, the first
  -- one all that is shorter, the last one all that is longer.
  waits integer[] not null default '{}',
  runs integer[] not null default '{}',
  constraint queue_history_is_unique primary key (queue_id, slot_seconds, slot_at)
) with (
  -- The rows of the current slots are added to by each drain: room for it on the same page keeps that from the indexes.
  fillfactor = 50
);

-- Finds what is too old to be kept.
create index queue_history_by_time on millrace.queue_history (slot_seconds, slot_at);

-- How many milliseconds each claimed delivery had been due.
alter type millrace.claimed add attribute waited_ms json;
