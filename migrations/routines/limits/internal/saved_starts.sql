-- How many starts a queue's rate limit allows at this moment (a token bucket); infinite without one. A bucket that
-- nobody has used yet is full.
create or replace function millrace.saved_starts(lane millrace.queue) returns double precision
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select case
    when lane.rate_starts is null then 'infinity'
    else coalesce(
      (
        select least(
          lane.rate_burst::double precision,
          r.saved + lane.rate_starts / lane.rate_seconds * extract(epoch from clock_timestamp() - r.saved_at)
        )
        from millrace.rate r
        where r.queue_id = lane.id
      ),
      lane.rate_burst
    )
  end
$$;

revoke execute on function millrace.saved_starts from public;
