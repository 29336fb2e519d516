-- How long a delivery waits after its nth attempt failed: exponential, capped, drawn from the upper half
-- ("equal jitter"), so that what failed together does not come back together.
create or replace function millrace.backoff_seconds(lane millrace.queue, attempt smallint)
returns double precision
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select (0.5 + random() / 2)
    -- The exponent is capped before the power overflows; the maximum is far below by then.
    * least(lane.retry_maximum_seconds, lane.retry_base_seconds * 2 ^ least(attempt - 1, 60))
$$;

revoke execute on function millrace.backoff_seconds from public;
