-- Writes down what a drain did: [{queue, claimed, done, retried, snoozed, dead, released, stale}].
create or replace function millrace.record_drain(queue_counts jsonb) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  insert into millrace.drain_log (queue_id, claimed, done, retried, snoozed, dead, released, stale)
  select q.id, l.claimed, l.done, l.retried, l.snoozed, l.dead, l.released, l.stale
  from jsonb_to_recordset(queue_counts) as l(
    queue text, claimed integer, done integer, retried integer, snoozed integer, dead integer, released integer,
    stale integer
  )
  join millrace.queue q on q.name = l.queue
$$;

revoke execute on function millrace.record_drain from public;
grant execute on function millrace.record_drain to millrace_consumer;
