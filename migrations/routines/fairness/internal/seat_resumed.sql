-- Gives turns to what was held back of a key of a fair queue that was resumed, up to a thousand deliveries in a call, in the order in
-- which they stood; then forgets the key. A key whose deliveries somebody else is seating is passed over. resume_key calls it, and
-- claim_fair and survey after that.
create or replace function millrace.seat_resumed(in_queue smallint) returns void
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
  most constant integer := 1000;
  resumed millrace.paused_key;
  held record;
begin
  select p.* into resumed
  from millrace.paused_key p
  where p.queue_id = in_queue and p.resumed_at is not null
  order by p.resumed_at
  limit 1
  for update skip locked;
  if not found then
    return;
  end if;
  select array_agg(h.place) as places, (array_agg(h.level order by h.level desc, h.available_at desc))[1] as level,
    (array_agg(h.available_at order by h.level desc, h.available_at desc))[1] as available_at
  into held
  from (
    select level, h.place, h.available_at
    from generate_series(resumed.seated_level, 9) as level
    cross join lateral (
      select d.ctid as place, d.available_at
      from millrace.delivery d
      where d.queue_id = in_queue
        and d.fairness_key is not null
        -- Behind what calls before have seated, which an old snapshot may keep.
        and (d.fairness_key, d.priority, d.available_at) >= (
          resumed.fairness_key, level::smallint,
          case when level = resumed.seated_level then greatest(resumed.seated_through, millrace.paused_from()) else millrace.paused_from() end
        )
        and (d.fairness_key, d.priority, d.available_at) < (resumed.fairness_key, level::smallint, 'infinity')
      order by d.fairness_key, d.priority, d.available_at
      limit most
      -- What somebody is cancelling is passed over.
      for update skip locked
    ) as h
    limit most
  ) as h;
  if held.places is not null then
    perform millrace.seat(in_queue, held.places);
  end if;
  if cardinality(held.places) = most then
    update millrace.paused_key p
    set seated_level = held.level, seated_through = held.available_at
    where p.queue_id = in_queue and p.fairness_key = resumed.fairness_key;
  elsif not exists (
    select
    from generate_series(1, 9) as level
    cross join lateral (
      select from millrace.delivery d
      where d.queue_id = in_queue
        and d.fairness_key is not null
        and (d.fairness_key, d.priority, d.available_at)
          >= (resumed.fairness_key, level::smallint, millrace.paused_from())
        and (d.fairness_key, d.priority, d.available_at) < (resumed.fairness_key, level::smallint, 'infinity')
      limit 1
    ) as d
  ) then
    delete from millrace.paused_key p where p.queue_id = in_queue and p.fairness_key = resumed.fairness_key;
  else
    -- Somebody had hold of some of them, and may not have ended them.
    update millrace.paused_key p
    set seated_level = default, seated_through = default
    where p.queue_id = in_queue and p.fairness_key = resumed.fairness_key;
  end if;
end
$$;
