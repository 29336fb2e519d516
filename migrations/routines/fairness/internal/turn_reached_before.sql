-- Where the claims of a fair queue had come in one priority level, as long ago as given: the turn and the sequence of the last
-- delivery that was claimed. Null when they had not begun.
-- Claims walk from here, and not from where they are: whoever enqueues takes a turn behind what it sees as reached, and needs this
-- long to commit. What is walked again is what was claimed meanwhile, whatever is finished behind it.
create or replace function millrace.turn_reached_before(
  in_queue smallint, level smallint, age interval, out turn timestamptz, out sequence bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
as $$
begin
  select r.turn, r.sequence
  into turn_reached_before.turn, turn_reached_before.sequence
  from millrace.turn_reached r
  where r.queue_id = in_queue and r.priority = level and r.reached_at <= clock_timestamp() - age
  order by r.turn desc, r.sequence desc
  limit 1;
end
$$;
