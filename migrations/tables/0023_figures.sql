-- When figures of the queues were asked for last, so that many consumers ask no more often than one.
alter table millrace.setting add column figured_at timestamptz not null default '-infinity';
