-- A parcel: fresh deliveries of one queue that were enqueued together, in one row until something parts them. Most deliveries
-- of a batch are claimed together and done together, and as one row they cost neither a row nor an index entry each.
--   pending     no lease
--   processing  lease_expires_at lies ahead; it is the first attempt of each
-- All else happens to single deliveries: whoever wants to delay, retry, cancel or bury one, or finds the lease run out, first
-- parts the parcel, which turns its members into rows of delivery that say the same; see part.
-- Members have no group, their time has come, their queue had no limits when they were enqueued, and the ids of all lie in
-- one span of 256 ms; see span_start.
create table millrace.parcel (
  queue_id smallint not null,
  priority smallint not null,
  sequence bigint generated always as identity,
  available_at timestamptz not null default statement_timestamp(),
  lease_expires_at timestamptz,
  lease_token uuid,
  -- The first of message_ids. No index could look into the list; this one leads to the few parcels of its span.
  first_id uuid not null,
  message_ids uuid[] not null constraint parcel_is_filled check (cardinality(message_ids) between 1 and 100),
  -- The size of each member's message, see delivery.
  kibs smallint[] not null,
  -- The order of claims, as in delivery.
  constraint parcel_is_unique primary key (queue_id, priority, available_at, sequence),
  constraint parcel_priority_in_range check (priority between 1 and 9),
  constraint parcel_lease_is_whole check (num_nulls(lease_expires_at, lease_token) in (0, 2)),
  constraint parcel_has_sizes check (cardinality(kibs) = cardinality(message_ids))
) with (
  -- Rows live for seconds, as in delivery.
  autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_vacuum_threshold = 500,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0.2,
  autovacuum_analyze_threshold = 1000
);

-- Never compressed and never put elsewhere: a row of 100 members has 1.9 KB.
alter table millrace.parcel alter column message_ids set storage plain, alter column kibs set storage plain;

-- Finds the parcel that a message is in, by its span.
create index parcel_by_message on millrace.parcel (first_id);

-- Finds what a token holds.
create index parcel_by_lease on millrace.parcel (lease_token) where lease_token is not null;

-- Finds leases that ran out. It says the same rows in other words than the index above, so that no plan takes it to look for a
-- token: there, it would be read from end to end.
create index parcel_by_lease_end on millrace.parcel (queue_id, lease_expires_at) where lease_expires_at is not null;
