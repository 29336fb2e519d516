-- Every finished attempt as a row of its own, whatever table it is kept in: for people with psql. Results
-- are left out, since their types may redact them.
create or replace view millrace.attempt_log as
select a.message_id, q.name as queue, a.attempt, a.outcome::text as outcome, a.started_at, a.finished_at, a.error
from millrace.attempt a
join millrace.queue q on q.id = a.queue_id
union all
select m.id, q.name, d.attempt, 'done', d.finished_at - make_interval(secs => m.run_ms / 1000), d.finished_at, null
from millrace.done_attempts d
join millrace.queue q on q.id = d.queue_id
cross join lateral unnest(d.message_ids, d.run_ms::double precision[]) as m(id, run_ms)
-- Null when the message was erased.
where m.id is not null;

comment on view millrace.attempt_log is
  'Every finished attempt, one row for each: done, retry, dead, snooze, expired or cancelled, with its times and its error. '
  'It reads all that is kept; status answers for one message at once.';
grant select on millrace.attempt_log to millrace_operator;
