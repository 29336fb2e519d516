-- Gives the places that have become free under a limit by key to what is held back of these keys, the most urgent first: it stands in
-- line again, for the next turns that come. Whoever ends what has a place calls it after that, in the same transaction, and
-- waits here for a claim that still counts what has ended: that one may be holding back what is to have its place.
create or replace function millrace.seat_next(queue_row millrace.queue, keys text[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  limited millrace.limited_key;
  placed uuid[];
  next record;
  free integer;
  places tid[] := '{}';
begin
  for limited in
    select (n.newest).*
    -- In one order, since those who end something wait for each other.
    from (select distinct k.key from unnest(keys) as k(key) order by k.key) as k
    cross join lateral (
      select l as newest
      from millrace.limited_key l
      where l.queue_id = queue_row.id and l.fairness_key = k.key
      order by l.queue_id desc, l.fairness_key desc, l.version desc
      limit 1
      for update
    ) as n
  loop
    continue when not limited.holds_back;
    placed := millrace.placed_among(queue_row.id, limited.message_ids);
    free := queue_row.max_in_flight_per_key - cardinality(placed);
    continue when free <= 0;
    next := millrace.next_held(limited, free);
    update millrace.limited_key l
    set version = l.version + 1, message_ids = placed || next.ids, holds_back = next.are_more, seated_through = next.seated_through,
      used_at = clock_timestamp()
    where l.queue_id = limited.queue_id and l.fairness_key = limited.fairness_key and l.version = limited.version;
    places := places || next.places;
  end loop;
  if places <> '{}' then
    perform millrace.seat_first(queue_row.id, places);
  end if;
end
$$;
