-- The status of every delivery, whatever table it is in: for people with psql, and for status. A delivery that was sent
-- round again after it had finished counts once, as what it is now.
create or replace view millrace.delivery_status as
select
  d.message_id,
  q.name as queue,
  case
    -- Once its lease ran out nobody is known to be at work on it, and whoever drains its queue may claim it again.
    when d.lease_expires_at > statement_timestamp() then 'processing'
    -- From there on deliveries of paused keys are held back, and last of all stand blocked members of groups.
    when d.available_at >= '10000-01-01 00:00:00+00' then 'blocked'
    when d.available_at > statement_timestamp() then 'scheduled'
    else 'pending'
  end as status,
  d.attempt,
  case
    -- Before that are turns; see due_since, which readers may not call.
    when d.available_at >= '10000-01-01 00:00:00+00' or d.available_at < '2000-01-01 00:00:00+00' then d.due_at
    else d.available_at
  end as available_at,
  null::timestamptz as finished_at
from millrace.delivery d
join millrace.queue q on q.id = d.queue_id
union all
-- Deliveries in parcels. For one id its message leads to the parcels of its span, since no index could look into a list of ids;
-- for all, they are unfolded and joined. The bounds are those of span_start and span_end, written out, as whoever reads a view
-- needs the right to call what it calls.
select
  m.id,
  q.name,
  case when p.lease_expires_at > statement_timestamp() then 'processing' else 'pending' end,
  (p.lease_token is not null)::integer::smallint,
  -- Of a gathered one its own.
  coalesce(i.available_at, p.available_at),
  null
from millrace.message m
join millrace.parcel p
  on p.first_id between (left(m.id::text, 11) || '00-0000-0000-000000000000')::uuid
    and (left(m.id::text, 11) || 'ff-ffff-ffff-ffffffffffff')::uuid
join lateral unnest(p.message_ids, p.available_ats) as i(id, available_at) on i.id = m.id
join millrace.queue q on q.id = p.queue_id
union all
select l.message_id, q.name, 'dead', l.attempts, null, l.died_at
from millrace.dead_letter l
join millrace.queue q on q.id = l.queue_id
union all
select e.message_id, q.name, e.outcome, e.attempt, null, e.finished_at
from (
  -- Of what was sent round again and ended again, the newest end. What was relayed has not ended, and counts from when it was due;
  -- see with_relay_times.
  select distinct on (a.message_id, a.queue_id) a.*
  from (
    select a.message_id, a.queue_id, a.outcome::text as outcome, a.attempt, a.finished_at, a.finished_at as since
    from millrace.attempt a
    where a.outcome in ('done', 'cancelled')
    union all
    -- As with parcels.
    select m.id, d.queue_id, case d.attempt when 0 then 'relayed' else 'done' end, d.attempt,
      case when d.attempt > 0 then d.finished_at end,
      d.finished_at - case d.attempt when 0 then make_interval(secs => i.run_ms / 1000) else interval '0' end
    from millrace.message m
    join millrace.done_attempts d
      on d.first_id between (left(m.id::text, 11) || '00-0000-0000-000000000000')::uuid
        and (left(m.id::text, 11) || 'ff-ffff-ffff-ffffffffffff')::uuid
    join lateral unnest(d.message_ids, d.run_ms::double precision[]) as i(id, run_ms) on i.id = m.id
  ) as a
  order by a.message_id, a.queue_id, a.since desc
) as e
join millrace.queue q on q.id = e.queue_id
-- "+ 0" hides queue_id from the indexes that begin with it: the look-up goes by the message's id, never along a queue.
-- settle_done explains why.
where not exists (
    select from millrace.delivery d
    where d.message_id = e.message_id and d.queue_id + 0 = e.queue_id
  )
  and not exists (
    select from millrace.dead_letter l
    where l.message_id = e.message_id and l.queue_id + 0 = e.queue_id
  );

comment on view millrace.delivery_status is
  'The status of every delivery, one row for each message and queue: pending, scheduled, blocked, processing, '
  'relayed, done, dead or cancelled. available_at is when a delivery that waits may be claimed, finished_at when one ended.';
grant select on millrace.delivery_status to millrace_operator;
