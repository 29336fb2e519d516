-- Whether a consumer is going to look for what is committed now, which an enqueue asks before it wakes one. It is one row,
-- so that thousands of enqueues a second ask for a few wake-ups. Only deployments whose enqueues wake the consumer use it.
create table millrace.wake_up (
  only_row boolean primary key default true constraint one_row check (only_row),
  -- Until then somebody will look: a wake-up that is on its way, or a drain under way. A process that dies without a word
  -- is believed no longer.
  covered_until timestamptz not null default '-infinity',
  -- The drain that has said so; null for a wake-up on its way.
  covered_by uuid
) with (
  -- Written a few times a second, always in place.
  fillfactor = 10
);
insert into millrace.wake_up default values;
