-- Where a message comes from, and which group it was in: what a look at it shows when nothing of it is live any more.
create type millrace.message_origin as (
  -- The message whose handler has enqueued it as a follow-up.
  caused_by uuid,
  -- The delivery that had it is gone once it is handled.
  group_key text
);

-- Null for what is neither. One column for both: a ninth one would make the map of nulls in each row two bytes long, and with
-- its alignment every message eight bytes longer.
alter table millrace.message add column origin millrace.message_origin;

-- Finds the follow-ups of a message, the first one first. Only follow-ups are in it, so other messages cost nothing more.
create index message_by_cause on millrace.message (((origin).caused_by), id) where (origin).caused_by is not null;
