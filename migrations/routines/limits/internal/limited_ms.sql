-- Milliseconds until it is worth asking a queue at its limit for more. Under an in-flight limit that is a second, since
-- nobody knows when another consumer gives a place back. Under a rate limit it is the time until a quarter of a
-- second's starts are saved up, so that a fast queue is not asked for each single start; at least one, and no more than
-- half the burst.
create or replace function millrace.limited_ms(queue_row millrace.queue) returns integer
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select case
    when millrace.free_places(queue_row) < 1 then 1000
    else least(
      2147483647,
      ceil(
        greatest(
          0,
          greatest(1, least(queue_row.rate_burst / 2.0, queue_row.rate_starts / queue_row.rate_seconds / 4))
            - millrace.saved_starts(queue_row)
        ) * queue_row.rate_seconds / queue_row.rate_starts * 1000
      )
    )::integer
  end
$$;
