-- Gives deliveries of a fair queue that have a place of their keys' limits, and whose rows the caller has locked, the next turns that
-- come, in the order in which they stand: in front of what their keys have in line beyond the limit, and behind what has a place
-- there. seat_next calls it, with the keys' rows locked.
create or replace function millrace.seat_first(in_queue smallint, places tid[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in claim_fresh: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings. Hash joins are wanted: what is
-- joined are the lists of one call.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
set jit = off
as $$
declare
  -- Where the first turn is, as in last_turns.
  origin constant timestamptz := '1000-01-01 00:00:00+00'::timestamptz;
begin
  with standing as materialized (
    select d.ctid as place, d.priority, d.available_at, d.sequence, d.fairness_key as key
    from millrace.delivery d
    where d.ctid = any (places)
  ),
  last as materialized (
    select k.priority, k.key,
      greatest(origin, (millrace.turn_reached_before(in_queue, k.priority, '0')).turn, in_line.turn) as turn
    from (select distinct s.priority, s.key from standing s) as k
    cross join lateral (
      select l.message_ids
      from millrace.limited_key l
      where l.queue_id = in_queue and l.fairness_key = k.key
      order by l.queue_id desc, l.fairness_key desc, l.version desc
      limit 1
    ) as l
    cross join lateral (
      select max(d.available_at) as turn
      from millrace.delivery d
      -- Served by the primary key alone; settle_done explains this form.
      where d.message_id = any (l.message_ids)
        and d.queue_id + 0 = in_queue
        and d.priority = k.priority
        and d.lease_expires_at is null
        and d.available_at < millrace.turns_end()
    ) as in_line
  )
  update millrace.delivery d
  set due_at = millrace.due_since(d.available_at, d.due_at), available_at = s.turn
  from (
    select s.place,
      l.turn + interval '1 microsecond'
        * row_number() over (partition by s.priority, s.key order by s.available_at, s.sequence) as turn
    from standing s
    join last l on l.priority = s.priority and l.key = s.key
  ) as s
  where d.ctid = s.place;
end
$$;
