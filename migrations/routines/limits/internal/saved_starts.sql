-- How many starts a queue's rate limit allows at this moment; infinite without one. It is a token bucket: rate_starts
-- in rate_seconds flow in, and a queue at rest saves up to rate_burst. A bucket that nobody has used yet is full.
-- lock_places, limited_ms and take_places call it, with the queue's row locked.
create or replace function millrace.saved_starts(queue_row millrace.queue) returns double precision
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select case
    when queue_row.rate_starts is null then 'infinity'
    else coalesce(
      (
        select least(
          queue_row.rate_burst::double precision,
          r.saved + queue_row.rate_starts / queue_row.rate_seconds * extract(epoch from clock_timestamp() - r.saved_at)
        )
        from millrace.rate r
        where r.queue_id = queue_row.id
      ),
      queue_row.rate_burst
    )
  end
$$;
