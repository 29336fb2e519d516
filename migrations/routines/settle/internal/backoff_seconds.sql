-- Seconds that a delivery waits after its nth attempt failed: the queue's base doubled with each attempt, capped at its
-- maximum, and the upper half of that drawn at random ("equal jitter"), so that what failed together does not come back
-- together. settle_each calls it.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.backoff_seconds(queue_row millrace.queue, attempt smallint)
returns double precision
language sql volatile
as $$
  select (0.5 + pg_catalog.random() / 2)
    -- The exponent is capped before the power overflows; the maximum is reached far below that.
    * least(queue_row.retry_maximum_seconds, queue_row.retry_base_seconds * 2 ^ least(attempt - 1, 60))
$$;
