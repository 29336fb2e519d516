-- Where each delivery of a message stands, as the view delivery_status shows it. Reads by a message's id come here: the view
-- is planned anew for each of them, with all weeks of four tables, which takes longer than the look.
create or replace function millrace.deliveries_of(id uuid)
returns table (queue text, status text, attempt smallint, available_at timestamptz, finished_at timestamptz)
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- A plan for this id would come out the same; kept, it opens the partitions of the id alone.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
-- A bare name is always a column's; parameters that share one are written with the routine's name before them.
#variable_conflict use_column
declare
  span_start constant uuid := millrace.span_start(deliveries_of.id);
  span_end constant uuid := millrace.span_end(deliveries_of.id);
begin
  return query
  select q.name, s.status, s.attempt, s.available_at, s.finished_at
  from (
    -- What lives counts before what is dead, and that before the newest end: it was sent round again after that. What was relayed
    -- counts from when it was due; see with_relay_times.
    select distinct on (e.queue_id) e.*
    from (
      select 1 as rank, d.queue_id, millrace.live_status(d.available_at, d.lease_expires_at) as status, d.attempt,
        case when d.available_at = 'infinity' then d.due_at else millrace.due_since(d.available_at, d.due_at) end as available_at,
        null::timestamptz as finished_at, null::timestamptz as since
      from millrace.delivery d
      where d.message_id = deliveries_of.id
      union all
      select 1, p.queue_id, millrace.live_status(p.available_at, p.lease_expires_at), (p.lease_token is not null)::integer::smallint,
        coalesce(p.available_ats[array_position(p.message_ids, deliveries_of.id)], p.available_at), null,
        null
      from millrace.parcel p
      where p.first_id between span_start and span_end and deliveries_of.id = any (p.message_ids)
      union all
      select 2, l.queue_id, 'dead', l.attempts, null, l.died_at, null
      from millrace.dead_letter l
      where l.message_id = deliveries_of.id
      union all
      select 3, a.queue_id, a.outcome::text, a.attempt, null, a.finished_at, a.finished_at
      from millrace.attempt a
      where a.message_id = deliveries_of.id and a.outcome in ('done', 'cancelled')
      union all
      select 3, a.queue_id, case a.attempt when 0 then 'relayed' else 'done' end, a.attempt, null,
        case when a.attempt > 0 then a.finished_at end,
        a.finished_at - case a.attempt
          when 0
            then make_interval(secs => a.run_ms[array_position(a.message_ids, deliveries_of.id)]::double precision / 1000)
          else interval '0'
        end
      from millrace.done_attempts a
      where a.first_id between span_start and span_end and deliveries_of.id = any (a.message_ids)
    ) as e
    order by e.queue_id, e.rank, e.since desc
  ) as s
  join millrace.queue q on q.id = s.queue_id;
end
$$;
