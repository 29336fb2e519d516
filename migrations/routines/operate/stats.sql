-- How much is in all queues, or in one, and what drains did there per minute: for operators and the HTTP API. Counts
-- stop at a cap, so that the call costs the same at any depth. No element for an unknown queue.
create or replace function millrace.stats(queue text default null) returns json
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(json_agg(millrace.queue_stats(q) order by q.name), '[]')
  from millrace.queue q
  where stats.queue is null or q.name = stats.queue
$$;

comment on function millrace.stats is
  'Counts what is in all queues, or in one: [{name, paused, declared, depth: {pending, processing, scheduled, blocked, '
  'dead}, retrying, capped, oldestPendingSeconds, perMinute: {done, retried, dead}}]. retrying: of what waits, how many '
  'have failed before or wait out a snooze. Counting stops at 10000 a priority, and capped names the counts that may be '
  'higher; rates are averages of the last five minutes. A queue that is not declared '
  'waits for code that has it.';
grant execute on function millrace.stats to millrace_operator;
