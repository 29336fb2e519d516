-- Where a message comes from, and which group it was in: what a look at it shows when nothing of it is live any more.

-- The message whose handler has enqueued it as a follow-up; null for all others.
alter table millrace.message add column caused_by uuid;
-- The delivery that had it is gone once it is handled.
alter table millrace.message add column group_key text;

-- Finds the follow-ups of a message. Only follow-ups are in it, so other messages cost nothing more.
create index message_by_cause on millrace.message (caused_by) where caused_by is not null;
