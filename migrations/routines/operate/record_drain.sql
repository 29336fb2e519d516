-- Writes down what one drain did in each queue: in the log of drains, where the rates of stats come from, and added to the rows of
-- the current minute, quarter and hour in queue_history. The consumer calls it at the end of a drain that did something, and during a
-- long one each minute. It does not repeat it when the answer is lost, since a repeated call would count twice. An unknown
-- queue is left out.
create or replace function millrace.record_drain(queue_counts jsonb) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- A plan that the session keeps, which a custom plan would be no better than: written in SQL alone, this was planned at the end
-- of every drain.
set plan_cache_mode = force_generic_plan
as $$
begin
  with given as materialized (
    select q.id, l.*
    from jsonb_to_recordset(queue_counts) as l(
      queue text, claimed integer, done integer, retried integer, snoozed integer, dead integer, released integer,
      stale integer, "runMs" bigint, waits jsonb, runs jsonb
    )
    join millrace.queue q on q.name = l.queue
  ),
  logged as (
    insert into millrace.drain_log (queue_id, claimed, done, retried, snoozed, dead, released, stale, run_ms)
    select g.id, g.claimed, g.done, g.retried, g.snoozed, g.dead, g.released, g.stale, g."runMs"
    from given g
  ),
  -- Once for each queue, not for each slot.
  total as materialized (
    select g.id, sum(g.done) as done, sum(g.retried) as retried, sum(g.snoozed) as snoozed, sum(g.dead) as dead,
      millrace.counted_classes(jsonb_agg(g.waits)) as waits, millrace.counted_classes(jsonb_agg(g.runs)) as runs
    from given g
    group by g.id
  )
  insert into millrace.queue_history as h (
    queue_id, slot_seconds, slot_at, done, retried, snoozed, dead, waits, runs
  )
  select t.id, s.seconds, date_bin(make_interval(secs => s.seconds), statement_timestamp(), '1970-01-01Z'),
    t.done, t.retried, t.snoozed, t.dead, t.waits, t.runs
  from total t
  cross join (values (60), (900), (3600)) as s(seconds)
  -- Every drain locks its rows in this order, so that no two wait for each other.
  order by t.id, s.seconds
  on conflict (queue_id, slot_seconds, slot_at) do update set
    done = h.done + excluded.done,
    retried = h.retried + excluded.retried,
    snoozed = h.snoozed + excluded.snoozed,
    dead = h.dead + excluded.dead,
    waits = millrace.sum_of_classes(h.waits, excluded.waits),
    runs = millrace.sum_of_classes(h.runs, excluded.runs);
end
$$;

comment on function millrace.record_drain is
  'Writes down what a drain did, for stats, drains and history. queue_counts: [{queue, claimed, done, retried, snoozed, '
  'dead, released, stale, runMs, waits, runs}], all of them numbers but the queue''s name and the last two; runMs, how long '
  'handlers ran in all, may be left out, and so may waits and runs: how many deliveries had been due, and handlers ran, for '
  'how long, as lists of counts by class.';
grant execute on function millrace.record_drain to millrace_consumer;
