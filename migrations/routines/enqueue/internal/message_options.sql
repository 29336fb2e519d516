-- The keys that an element of enqueue_many may have. Without settings of its own, so that Postgres can inline it; see
-- is_traceparent.
create or replace function millrace.message_options() returns text[]
language sql immutable
as $$
  select array[
    'id', 'type', 'payload', 'headers', 'priority', 'groupKey', 'fairnessKey', 'scheduledAt', 'delaySeconds',
    'version', 'traceparent', 'idempotencyKey', 'idempotencySeconds', 'replace', 'chordId', 'place'
  ]
$$;
