-- One queue with its policy and what it subscribes to, as the database knows them: for operators and the HTTP API. Null for a name
-- that no queue has.
create or replace function millrace.queue_detail(queue text) returns json
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select (
    millrace.queue_stats(q)::jsonb
    || jsonb_build_object(
      'types', array(select s.type from millrace.subscription s where s.queue_id = q.id order by s.type),
      'policy', jsonb_build_object(
        'engine', q.engine,
        'leaseSeconds', q.lease_seconds,
        'maxAttempts', q.max_attempts,
        'retryBaseSeconds', q.retry_base_seconds,
        'retryMaximumSeconds', q.retry_maximum_seconds,
        'groupConcurrency', q.group_concurrency,
        'deadBlocksGroup', q.dead_blocks_group,
        'fair', q.is_fair,
        'maxInFlight', q.max_in_flight,
        'maxInFlightPerKey', q.max_in_flight_per_key,
        'maxDepth', q.max_depth,
        'rateLimit', case
          when q.rate_starts is not null
            then jsonb_build_object('starts', q.rate_starts, 'seconds', q.rate_seconds, 'burst', q.rate_burst)
        end,
        'rateLimitPerKey', case
          when q.rate_per_key_starts is not null
            then jsonb_build_object(
              'starts', q.rate_per_key_starts, 'seconds', q.rate_per_key_seconds, 'burst', q.rate_per_key_burst
            )
        end
      )
    )
  )::json
  from millrace.queue q
  where q.name = queue_detail.queue
$$;

comment on function millrace.queue_detail is
  'Shows one queue: what stats answers of it, and {types, policy: {engine, leaseSeconds, maxAttempts, retryBaseSeconds, '
  'retryMaximumSeconds, groupConcurrency, deadBlocksGroup, fair, maxInFlight, maxInFlightPerKey, maxDepth, rateLimit: {starts, seconds, burst}, '
  'rateLimitPerKey: likewise}}, in which null is no limit. Answers null when no queue has this name.';
grant execute on function millrace.queue_detail to millrace_operator;
