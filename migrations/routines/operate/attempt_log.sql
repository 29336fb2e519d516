-- Every finished attempt as a row of its own, whatever table it is kept in: for people with psql. Results are left out, since
-- their types may redact them.
create or replace view millrace.attempt_log as
select a.message_id, q.name as queue, a.attempt, a.outcome::text as outcome, a.started_at, a.finished_at, a.error
from millrace.attempt a
join millrace.queue q on q.id = a.queue_id
union all
-- Those of one id are reached from its message; delivery_status explains the bounds.
select m.id, q.name, d.attempt, case d.attempt when 0 then 'relayed' else 'done' end,
  d.finished_at - make_interval(secs => i.run_ms / 1000), d.finished_at, null
from millrace.message m
join millrace.done_attempts d
  on d.first_id between (left(m.id::text, 11) || '00-0000-0000-000000000000')::uuid
    and (left(m.id::text, 11) || 'ff-ffff-ffff-ffffffffffff')::uuid
join lateral unnest(d.message_ids, d.run_ms::double precision[]) as i(id, run_ms) on i.id = m.id
join millrace.queue q on q.id = d.queue_id;

comment on view millrace.attempt_log is
  'Every finished attempt, one row for each: done, retry, dead, snooze, expired, cancelled or relayed, with its times and its error.';
grant select on millrace.attempt_log to millrace_operator;
