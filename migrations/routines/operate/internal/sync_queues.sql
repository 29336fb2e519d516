-- Copies the queues that the code declares, with their policies; sync describes them, and calls it with the setting's
-- row locked, so that two of them do not give the same id away.
create or replace function millrace.sync_queues(declared jsonb) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  with unused as (
    select n.id, row_number() over (order by n.id) as number
    -- As many numbers as there will be queues at most: so many new ones find theirs among these.
    from generate_series(1, (select count(*) from millrace.queue) + jsonb_array_length(declared)) as n(id)
    where not exists (select from millrace.queue q where q.id = n.id)
    order by n.id
    limit jsonb_array_length(declared)
  ),
  queues as (
    select d.*, q.id, row_number() over (partition by q.id is null order by d.position) as number
    from rows from (
      jsonb_to_recordset(declared) as (
        name text, "leaseSeconds" integer, "maxAttempts" smallint,
        "retryBaseSeconds" double precision, "retryMaximumSeconds" double precision,
        "groupConcurrency" smallint, "deadBlocksGroup" boolean, "maxInFlight" integer, "maxDepth" integer,
        "rateStarts" integer, "rateSeconds" double precision, "rateBurst" integer, engine text, fair boolean,
        "maxInFlightPerKey" smallint, "ratePerKeyStarts" integer, "ratePerKeySeconds" double precision, "ratePerKeyBurst" integer
      )
    ) with ordinality as d(
      name, "leaseSeconds", "maxAttempts", "retryBaseSeconds", "retryMaximumSeconds", "groupConcurrency",
      "deadBlocksGroup", "maxInFlight", "maxDepth", "rateStarts", "rateSeconds", "rateBurst", engine, fair,
      "maxInFlightPerKey", "ratePerKeyStarts", "ratePerKeySeconds", "ratePerKeyBurst", position
    )
    left join millrace.queue q on q.name = d.name
  )
  insert into millrace.queue as q (
    id, name, lease_seconds, max_attempts, retry_base_seconds, retry_maximum_seconds, group_concurrency,
    dead_blocks_group, max_in_flight, max_depth, rate_starts, rate_seconds, rate_burst, engine, is_fair,
    max_in_flight_per_key, rate_per_key_starts, rate_per_key_seconds, rate_per_key_burst
  )
  -- A new queue gets the lowest id that no queue has. Numbers from a sequence would be used up by whatever inserts and
  -- then finds its row there, or is rolled back; and a queue is never deleted, so a number without one is nobody's.
  select coalesce(d.id, u.id), d.name, d."leaseSeconds", d."maxAttempts", d."retryBaseSeconds",
    d."retryMaximumSeconds", coalesce(d."groupConcurrency", 1), coalesce(d."deadBlocksGroup", false),
    d."maxInFlight", d."maxDepth", d."rateStarts", d."rateSeconds", d."rateBurst", coalesce(d.engine, 'postgres'), coalesce(d.fair, false),
    d."maxInFlightPerKey", d."ratePerKeyStarts", d."ratePerKeySeconds", d."ratePerKeyBurst"
  from queues d
  left join unused u on d.id is null and u.number = d.number
  on conflict (name) do update set
    is_declared = true,
    lease_seconds = excluded.lease_seconds,
    max_attempts = excluded.max_attempts,
    retry_base_seconds = excluded.retry_base_seconds,
    retry_maximum_seconds = excluded.retry_maximum_seconds,
    group_concurrency = excluded.group_concurrency,
    dead_blocks_group = excluded.dead_blocks_group,
    max_in_flight = excluded.max_in_flight,
    max_depth = excluded.max_depth,
    rate_starts = excluded.rate_starts,
    rate_seconds = excluded.rate_seconds,
    rate_burst = excluded.rate_burst,
    engine = excluded.engine,
    is_fair = excluded.is_fair,
    max_in_flight_per_key = excluded.max_in_flight_per_key,
    rate_per_key_starts = excluded.rate_per_key_starts,
    rate_per_key_seconds = excluded.rate_per_key_seconds,
    rate_per_key_burst = excluded.rate_per_key_burst
$$;
