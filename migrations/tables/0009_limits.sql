-- The limits of queues that have some; queues without limits never touch these tables.

-- Leases of queues with an in-flight limit: counted here, since no index of delivery may hold the lease.
create table millrace.in_flight (
  queue_id smallint not null references millrace.queue,
  message_id uuid not null,
  lease_token uuid not null,
  lease_expires_at timestamptz not null,
  constraint in_flight_is_unique primary key (queue_id, message_id)
);

-- Token buckets of queues with a rate limit: how many starts were saved up at that moment.
create table millrace.rate (
  queue_id smallint primary key references millrace.queue,
  saved double precision not null,
  saved_at timestamptz not null
);
