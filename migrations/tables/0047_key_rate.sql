-- Limits by key of fair queues: how often deliveries of one key may be started, over all consumers together.
alter table millrace.queue
  add column rate_per_key_starts integer constraint rate_per_key_starts_positive check (rate_per_key_starts >= 1),
  add column rate_per_key_seconds double precision constraint rate_per_key_seconds_positive check (rate_per_key_seconds > 0),
  add column rate_per_key_burst integer constraint rate_per_key_burst_positive check (rate_per_key_burst >= 1),
  add constraint rate_per_key_is_whole
    check (num_nulls(rate_per_key_starts, rate_per_key_seconds, rate_per_key_burst) in (0, 3));

alter table millrace.limited_key
  -- The starts that the key had saved up at an instant; null when its bucket is full. Below one while it waits for the next.
  add column saved double precision,
  add column saved_at timestamptz,
  -- Which of message_ids has the next start, and stands at its time.
  add column waiting_id uuid;
