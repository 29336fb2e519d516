-- How messages of one span have ended, each counted as its status would show it: dead when one of its deliveries is, else cancelled
-- when one is, else done. waits_for: the first that has not, null when all have. What SQS has, has not ended. sweep_chords and chord
-- call it.
create or replace function millrace.tally_members(
  ids uuid[], out waits_for uuid, out done integer, out dead integer, out cancelled integer
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- A plan for these ids would come out the same.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings. Hash joins are wanted: what is
-- joined are the rows of these ids.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
set jit = off
as $$
declare
  -- The bounds let the planner leave out the partitions of all other weeks, which it cannot do from the array alone.
  starts constant uuid := millrace.span_start(ids[1]);
  ends constant uuid := millrace.span_end(ids[1]);
begin
  -- One statement: of what moves from one table to another meanwhile, it sees all or nothing.
  with state as (
    -- As in deliveries_of.
    select distinct on (e.id, e.queue_id) e.id, e.status
    from (
      select 1 as rank, d.message_id as id, d.queue_id, 'live' as status, null::timestamptz as since
      from millrace.delivery d
      where d.message_id = any (ids)
      union all
      select 1, m.id, p.queue_id, 'live', null
      from millrace.parcel p
      cross join lateral unnest(p.message_ids) as m(id)
      -- A join, which is hashed: a span may have ten thousand messages, and "any" would compare each with each.
      join unnest(ids) as i(id) on i.id = m.id
      where p.first_id between starts and ends
      union all
      select 2, l.message_id, l.queue_id, 'dead', null
      from millrace.dead_letter l
      where l.message_id = any (ids)
      union all
      select 3, a.message_id, a.queue_id, a.outcome::text, a.finished_at
      from millrace.attempt a
      where a.message_id between starts and ends and a.message_id = any (ids) and a.outcome in ('done', 'cancelled')
      union all
      select 3, m.id, a.queue_id, case a.attempt when 0 then 'live' else 'done' end,
        -- What was relayed counts from when it was due; see with_relay_times.
        a.finished_at - case a.attempt
          when 0 then make_interval(secs => m.run_ms::double precision / 1000)
          else interval '0'
        end
      from millrace.done_attempts a
      cross join lateral unnest(a.message_ids, a.run_ms) as m(id, run_ms)
      join unnest(ids) as i(id) on i.id = m.id
      where a.first_id between starts and ends
    ) as e
    order by e.id, e.queue_id, e.rank, e.since desc
  ),
  member as (
    -- A message that nobody subscribes to has no deliveries, and is done.
    select i.id, coalesce(bool_or(s.status = 'live'), false) as is_live, coalesce(bool_or(s.status = 'dead'), false) as is_dead,
      coalesce(bool_or(s.status = 'cancelled'), false) as is_cancelled
    from unnest(ids) as i(id)
    left join state s on s.id = i.id
    group by i.id
  )
  select (array_agg(m.id order by m.id) filter (where m.is_live))[1],
    count(*) filter (where not (m.is_live or m.is_dead or m.is_cancelled)),
    count(*) filter (where m.is_dead and not m.is_live),
    count(*) filter (where m.is_cancelled and not (m.is_live or m.is_dead))
  into waits_for, done, dead, cancelled
  from member m;
end
$$;
