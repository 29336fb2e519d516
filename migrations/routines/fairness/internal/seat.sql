-- Gives deliveries of a fair queue, whose rows the caller has locked, turns behind all that their keys have, in the order in which
-- they stand now. seat_arrivals and claim_fair call it.
create or replace function millrace.seat(in_queue smallint, places tid[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in claim_fresh: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings. Hash joins are wanted: what is
-- joined are the lists of one claim.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
set jit = off
as $$
begin
  with standing as materialized (
    select d.ctid as place, d.priority, d.available_at, d.sequence, coalesce(d.fairness_key, '') as key
    from millrace.delivery d
    where d.ctid = any (places)
  ),
  last as materialized (
    select l.priority, l.fairness_key as key, l.turn
    from (
      select array_agg(k.priority) as levels, array_agg(k.key) as keys
      from (select distinct s.priority, s.key from standing s) as k
    ) as k
    cross join lateral millrace.last_turns(in_queue, k.levels, k.keys) as l
  )
  update millrace.delivery d
  set due_at = millrace.due_since(d.available_at, d.due_at), available_at = s.turn, fairness_key = s.key
  from (
    select s.place, s.key,
      l.turn + interval '1 microsecond'
        * row_number() over (partition by s.priority, s.key order by s.available_at, s.sequence) as turn
    from standing s
    join last l on l.priority = s.priority and l.key = s.key
  ) as s
  where d.ctid = s.place;
end
$$;
