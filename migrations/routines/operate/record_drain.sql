-- Writes down what one drain did in each queue, where the rates of stats come from. The consumer calls it once at the
-- end of a drain that did something, and does not repeat it when the answer is lost, since a repeated call would count
-- twice. An unknown queue is left out.
create or replace function millrace.record_drain(queue_counts jsonb) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  insert into millrace.drain_log (queue_id, claimed, done, retried, snoozed, dead, released, stale, run_ms)
  select q.id, l.claimed, l.done, l.retried, l.snoozed, l.dead, l.released, l.stale, l."runMs"
  from jsonb_to_recordset(queue_counts) as l(
    queue text, claimed integer, done integer, retried integer, snoozed integer, dead integer, released integer,
    stale integer, "runMs" bigint
  )
  join millrace.queue q on q.name = l.queue
$$;

comment on function millrace.record_drain is
  'Writes down what a drain did, for the rates in stats. queue_counts: [{queue, claimed, done, retried, snoozed, '
  'dead, released, stale, runMs}], all of them numbers but the queue''s name; runMs, how long handlers ran in all, may '
  'be left out.';
grant execute on function millrace.record_drain to millrace_consumer;
