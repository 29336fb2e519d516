-- How many starts a key's rate allows at an instant; infinite without one. It is a token bucket, as saved_starts of a whole queue is.
-- take_key_places, seat_next, give_back_starts and forget_limited_keys call it, with the key's row locked.
create or replace function millrace.starts_of_key(
  queue_row millrace.queue, limited millrace.limited_key, moment timestamptz
) returns double precision
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select case
    when queue_row.rate_per_key_starts is null then 'infinity'
    else coalesce(
      least(
        queue_row.rate_per_key_burst::double precision,
        -- A clock that was set back takes nothing away.
        limited.saved + queue_row.rate_per_key_starts / queue_row.rate_per_key_seconds
          * greatest(0, extract(epoch from moment - limited.saved_at))
      ),
      queue_row.rate_per_key_burst
    )
  end
$$;
