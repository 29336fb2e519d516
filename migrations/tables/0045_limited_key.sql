-- Limits by key of fair queues: how many deliveries of one key all consumers together may hold at once.
alter table millrace.queue add column max_in_flight_per_key smallint;

-- What counts for a key of such a queue. Who claims of the key has its row locked, and who ends something of it.
create table millrace.limited_key (
  queue_id smallint not null,
  fairness_key text not null,
  -- One more with each change: a look from the end meets the newest row first, however many an old snapshot keeps.
  version bigint not null default 1,
  -- Who has a place, of the limit's number: what is leased, also when its lease ran out, and what stands in line to be claimed next.
  -- Others that have gone meanwhile may be among them.
  message_ids uuid[] not null default '{}',
  -- Whether others of the key are held back, out of the line.
  holds_back boolean not null default false,
  -- Where the last one is held back, and behind which place of each priority level the next one is.
  held_through timestamptz not null default '10000-01-01 00:00:00+00',
  seated_through timestamptz[] not null default array_fill('10000-01-01 00:00:00+00'::timestamptz, array[9]),
  used_at timestamptz not null default clock_timestamp(),
  constraint limited_key_is_unique primary key (queue_id, fairness_key, version)
) with (
  -- Rows are written anew all the time, each with an entry of its own in the index.
  autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0
);

-- Who asks for keys that have much waiting looks at those that were used last, and maintenance begins at the other end.
create index limited_key_by_use on millrace.limited_key (queue_id, used_at) where holds_back;
