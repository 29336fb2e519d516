-- Figures of all queues, or of one: [{name, paused, depth: {pending, processing, scheduled, blocked, dead}, capped,
-- oldestPendingSeconds, perMinute: {done, retried, dead}}]. Counted up to a cap, so that it costs the same at any
-- depth; capped names the counts that reached it. Rates are of the last five minutes.
create or replace function millrace.stats(queue text default null) returns json
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(json_agg(millrace.queue_stats(q) order by q.name), '[]')
  from millrace.queue q
  where stats.queue is null or q.name = stats.queue
$$;

revoke execute on function millrace.stats from public;
grant execute on function millrace.stats to millrace_operator;
