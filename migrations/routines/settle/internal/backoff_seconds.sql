-- How long a delivery waits after its nth attempt failed: exponential, capped, drawn from the upper half
-- ("equal jitter"), so that what failed together does not come back together.
-- No search_path of its own, so that the planner can inline it.
create or replace function millrace.backoff_seconds(queue_row millrace.queue, attempt smallint)
returns double precision
language sql volatile
as $$
  select (0.5 + pg_catalog.random() / 2)
    -- The exponent is capped before the power overflows; the maximum is far below by then.
    * least(queue_row.retry_maximum_seconds, queue_row.retry_base_seconds * 2 ^ least(attempt - 1, 60))
$$;

revoke execute on function millrace.backoff_seconds from public;
