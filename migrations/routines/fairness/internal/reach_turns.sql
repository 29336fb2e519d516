-- Writes down how far a claim has come in each priority level: given are its deliveries in claim order. Not when somebody has written
-- as much a moment ago: enqueues and claims ask where claims were some time ago. claim_fair calls it.
create or replace function millrace.reach_turns(
  in_queue smallint, priorities smallint[], turns timestamptz[], sequences bigint[]
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
begin
  insert into millrace.turn_reached (queue_id, priority, turn, sequence)
  select in_queue, last.priority, last.turn, last.sequence
  from (
    select distinct on (c.priority) c.*
    from unnest(priorities, turns, sequences) as c(priority, turn, sequence)
    order by c.priority, c.turn desc, c.sequence desc
  ) as last
  where not exists (
    select
    from (
      select r.turn, r.sequence, r.reached_at
      from millrace.turn_reached r
      where r.queue_id = in_queue and r.priority = last.priority
      order by r.turn desc, r.sequence desc
      limit 1
    ) as r
    where r.reached_at > clock_timestamp() - interval '25 milliseconds' or (r.turn, r.sequence) >= (last.turn, last.sequence)
  );
end
$$;
