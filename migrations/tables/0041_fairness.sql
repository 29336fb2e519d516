-- Fair queues: who a delivery is for, and how far the turns of such a queue have come.
alter table millrace.queue add column is_fair boolean not null default false;

-- Only in a queue that is fair. '' of deliveries without a key, which share one, from their first turn on.
alter table millrace.delivery add column fairness_key text;
alter table millrace.dead_letter add column fairness_key text;

-- The turns of a key: finds the last one that it has. Other queues' deliveries are not in it.
create index delivery_in_key_order on millrace.delivery (queue_id, fairness_key, priority, available_at)
  where fairness_key is not null;

-- Where the claims of a fair queue have come, a few times a second. Claims add rows and lock none, so that no two of them meet here;
-- maintenance removes what is old.
create table millrace.turn_reached (
  queue_id smallint not null,
  priority smallint not null,
  turn timestamptz not null,
  sequence bigint not null,
  reached_at timestamptz not null default clock_timestamp()
);

-- Read from its end: however many rows somebody's old snapshot keeps, the newest come first.
create index turn_reached_in_order on millrace.turn_reached (queue_id, priority, turn, sequence);
