-- What the code declares, copied here at migration time: message types, queues, and who subscribes to what.
create table millrace.message_type (
  name text primary key,
  is_public boolean not null,
  is_declared boolean not null default true,
  -- Payload fields that are not shown.
  redacted text[] not null default '{}',
  -- Null for as long as the setting says.
  retention_days integer constraint retention_in_range check (retention_days between 1 and 3650),
  -- No message of the type up to this id is left past its retention, but for those in overdue.
  erased_through uuid not null default '00000000-0000-0000-0000-000000000000'
);

create table millrace.queue (
  id smallint generated always as identity primary key,
  name text not null constraint queue_name_is_unique unique,
  is_declared boolean not null default true,
  is_paused boolean not null default false,
  lease_seconds integer not null constraint lease_in_range check (lease_seconds between 1 and 43200),
  max_attempts smallint not null constraint attempts_in_range check (max_attempts between 1 and 1000),
  retry_base_seconds double precision not null constraint retry_base_in_range check (retry_base_seconds between 0 and 86400),
  retry_maximum_seconds double precision not null constraint retry_maximum_in_range check (retry_maximum_seconds between 0 and 604800),
  group_concurrency smallint not null default 1 constraint group_concurrency_positive check (group_concurrency >= 1),
  -- Whether a dead letter keeps the rest of its group waiting until it is redriven or discarded.
  dead_blocks_group boolean not null default false,
  max_in_flight integer constraint in_flight_positive check (max_in_flight >= 1),
  max_depth integer constraint depth_positive check (max_depth >= 1),
  -- So many starts in so many seconds; a queue at rest saves up to the burst.
  rate_starts integer constraint rate_starts_positive check (rate_starts >= 1),
  rate_seconds double precision constraint rate_seconds_positive check (rate_seconds > 0),
  rate_burst integer constraint rate_burst_positive check (rate_burst >= 1),
  constraint rate_is_whole check (num_nulls(rate_starts, rate_seconds, rate_burst) in (0, 3))
);

create table millrace.subscription (
  type text not null references millrace.message_type,
  queue_id smallint not null references millrace.queue,
  primary key (type, queue_id)
);
