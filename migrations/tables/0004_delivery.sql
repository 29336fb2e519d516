-- A delivery: one message on its way through one queue. It exists only while it is live.
--   pending     available_at has come, no lease
--   scheduled   available_at lies ahead, no lease
--   blocked     available_at is infinity: an earlier member of its group is still live
--   processing  lease_expires_at is set
-- A released delivery keeps its last token, so that a repeated release is recognised.
create table millrace.delivery (
  message_id uuid not null,
  sequence bigint generated always as identity,
  available_at timestamptz not null,
  lease_expires_at timestamptz,
  lease_token uuid,
  due_at timestamptz,
  queue_id smallint not null,
  priority smallint not null default 5,
  attempt smallint not null default 0,
  group_key text,
  constraint delivery_is_unique primary key (message_id, queue_id),
  constraint priority_in_range check (priority between 1 and 9),
  constraint attempt_not_negative check (attempt >= 0),
  constraint lease_has_token check (lease_expires_at is null or lease_token is not null),
  constraint lease_is_an_attempt check (lease_expires_at is null or attempt > 0),
  constraint blocked_is_in_a_group check (available_at < 'infinity' or group_key is not null),
  constraint blocked_is_not_leased check (available_at < 'infinity' or lease_expires_at is null)
) with (
  -- A claim rewrites the row, 24 bytes longer. Only when every row of a page finds room on it a second time are
  -- all claims heap-only updates.
  fillfactor = 42,
  -- Rows live for seconds: without eager vacuuming the claim would walk what they leave behind.
  autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0.2,
  autovacuum_analyze_threshold = 10000
);

-- Sessions keep the plans of routines, also those made while the table was empty and any index, or a walk through all of
-- it, was as cheap as another. So batches of ids are looked up as "message_id = any (array[id]) and queue_id + 0 = queue":
-- only the primary key serves that, and only from the batch to the table.

-- The order of claims. It holds no column that a claim changes.
create index delivery_in_claim_order on millrace.delivery (queue_id, priority, available_at, sequence);

-- The order inside a group: finds its head and who comes next.
create index delivery_in_group_order on millrace.delivery (queue_id, group_key, sequence)
  where group_key is not null;

-- What a claim gives: its deliveries in claim order, as one list for each of their properties, all equally long, or null
-- when there are none. Built so, and not as an object or a list for each delivery, the answer takes half the time.
-- A type and its payload are null when the message is gone.
create type millrace.claimed as (
  ids json,
  types json,
  versions json,
  payloads json,
  headers json,
  created_at json,
  attempts json,
  group_keys json,
  -- Where the next claim of the same drain starts.
  cursor json,
  -- How long until a limit of the queue, which cut this claim short, may give more; null when none did.
  limited_ms integer
);
