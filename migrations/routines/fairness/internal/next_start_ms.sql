-- Milliseconds until it is worth asking a queue with a rate by key for more, when nothing is left but what waits for a start of its key;
-- null when nothing does in the next quarter of an hour. As in limited_ms, what a quarter of a second gives a key is saved up, so that
-- it is not asked for each single start; no more than half the burst, and at least one. claim_fair and claim_suspects call it.
create or replace function millrace.next_start_ms(queue_row millrace.queue) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in claim_fresh: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  per_second constant double precision := queue_row.rate_per_key_starts / queue_row.rate_per_key_seconds;
begin
  return (
    select ceil(
      1000 * (
        extract(epoch from min(waiting.available_at) - clock_timestamp())
        + (greatest(1, least(queue_row.rate_per_key_burst / 2.0, per_second / 4)) - 1) / per_second
      )
    )::integer
    from generate_series(1, 9) as level
    cross join lateral (
      select d.available_at
      from (
        -- Among what is delayed or waits for a retry; what stands behind so much of it is met by a later drain.
        select d.message_id, d.available_at, d.fairness_key, num_nonnulls(d.lease_expires_at, d.lost_leases) > 0 as is_suspect
        from millrace.delivery d
        where d.queue_id = queue_row.id
          and d.priority = level
          -- No drain is there for longer than Lambda lets it.
          and d.available_at > statement_timestamp()
          and d.available_at <= statement_timestamp() + interval '15 minutes'
        order by d.available_at, d.sequence
        limit 100
      ) as d
      cross join lateral (
        select l.waiting_id
        from millrace.limited_key l
        where l.queue_id = queue_row.id and l.fairness_key = d.fairness_key
        order by l.queue_id desc, l.fairness_key desc, l.version desc
        limit 1
      ) as key
      where d.is_suspect or key.waiting_id = d.message_id
      order by d.available_at
      limit 1
    ) as waiting
  );
end
$$;
