-- What handlers in steps wait for, sent by anybody to a message, by its name. Partitioned like message, so that all that is kept of a
-- message goes together.
create table millrace.event (
  message_id uuid not null,
  name text not null,
  -- As it was written: numbers and the order of members come back as they were.
  payload json not null,
  sent_at timestamptz not null default statement_timestamp(),
  -- The first one of a name counts.
  constraint event_is_unique primary key (message_id, name),
  -- It becomes the result of a step.
  constraint event_payload_is_small check (octet_length(payload::text) <= 16384)
) partition by range (message_id);

create table millrace.event_default partition of millrace.event default;

-- Waiting for an event has its place among the steps, as a sleep has, and is due when its time to wait is over.
alter table millrace.step
  drop constraint step_kind_is_known,
  drop constraint only_sleeps_are_due,
  drop constraint only_sleeps_are_open,
  add constraint step_kind_is_known check (kind in ('step', 'sleep', 'event')),
  add constraint only_what_waits_is_due check ((kind <> 'step') = (due_at is not null)),
  add constraint only_what_waits_is_open check (kind <> 'step' or finished_at is not null);
