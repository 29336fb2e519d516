-- Gives the places that have become free under a limit by key to what is held back of these keys, the most urgent first: it stands in
-- line again, for the next turns that come. Under a rate those that have starts do, as many as there are; when there is none, the next
-- one alone stands at the time of its start. Whoever ends what has a place calls it after that, in the same transaction, and
-- waits here for a claim that still counts what has ended: that one may be holding back what is to have its place.
-- claim_fair and claim_suspects call it, too, when they have leased what they take.
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
  unstarted uuid[];
  free integer;
  moment timestamptz;
  starts double precision;
  is_early boolean;
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
    placed := '{}';
    -- A bound for those that only a rate limits: when these are started, others are seated.
    free := 1000;
    is_early := false;
    if queue_row.max_in_flight_per_key is not null then
      placed := millrace.placed_among(queue_row.id, limited.message_ids);
    end if;
    if queue_row.rate_per_key_starts is not null then
      unstarted := array(
        select u.id from millrace.unstarted_among(queue_row.id, limited.message_ids, array[limited.waiting_id]) as u
      );
      placed := placed || array(select u.id from unnest(unstarted) as u(id) where u.id <> all (placed));
    end if;
    if queue_row.max_in_flight_per_key is not null then
      free := queue_row.max_in_flight_per_key - cardinality(placed);
    end if;
    if queue_row.rate_per_key_starts is not null and free > 0 then
      moment := clock_timestamp();
      starts := millrace.starts_of_key(queue_row, limited, moment);
      free := least(free, floor(starts + 0.000001) - cardinality(unstarted));
      is_early := free <= 0 and unstarted = '{}';
      if is_early then
        free := 1;
      end if;
    end if;
    continue when free <= 0;
    next := millrace.next_held(limited, free);
    update millrace.limited_key l
    set version = l.version + 1, message_ids = placed || next.ids, holds_back = next.are_more, seated_through = next.seated_through,
      used_at = clock_timestamp(),
      waiting_id = case when is_early then next.ids[1] when l.waiting_id = any (placed) then l.waiting_id end
    where l.queue_id = limited.queue_id and l.fairness_key = limited.fairness_key and l.version = limited.version;
    if is_early then
      -- Until then nobody comes to it, and what comes later goes behind it.
      update millrace.delivery d
      set available_at = moment
        + make_interval(secs => (1 - starts) * queue_row.rate_per_key_seconds / queue_row.rate_per_key_starts + 0.00001)
      where d.ctid = next.places[1];
    else
      places := places || next.places;
    end if;
  end loop;
  if places <> '{}' then
    perform millrace.seat_first(queue_row.id, places);
  end if;
end
$$;
