-- Locks the next ones, up to so many, that are held back of a key at its limit, the most urgent first, and answers them; whether
-- there are more; and behind which places of each priority level those are. seat_next calls it, with the key's row locked.
create or replace function millrace.next_held(
  limited millrace.limited_key, most integer,
  out ids uuid[], out places tid[], out are_more boolean, out seated_through timestamptz[]
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
-- Only delivery_in_key_order gives what is held back in its order without a sort; see last_turns.
set enable_sort = off
set jit = off
as $$
declare
  next record;
begin
  select array_agg(h.id order by h.level, h.available_at) as ids, array_agg(h.level order by h.level, h.available_at) as levels,
    array_agg(h.available_at order by h.level, h.available_at) as available_ats, count(*)::integer as found_count
  into next
  from (
    select level, h.*
    from generate_series(1, 9) as level
    cross join lateral (
      select d.message_id as id, d.available_at
      from millrace.delivery d
      where d.queue_id = limited.queue_id
        and d.fairness_key is not null
        -- One range of the index, see last_turns, behind what was seated before, which an old snapshot may keep.
        and (d.fairness_key, d.priority, d.available_at)
          > (limited.fairness_key, level::smallint, limited.seated_through[level])
        and d.fairness_key <= limited.fairness_key
        and d.fairness_key = any (array[limited.fairness_key])
        and d.priority = any (array[level::smallint])
        and d.available_at <= limited.held_through
      order by d.fairness_key, d.priority, d.available_at
      -- One more tells whether there are more.
      limit most + 1
    ) as h
    limit most + 1
  ) as h;
  are_more := next.found_count > most;
  -- In a statement of its own, so that it is seen who is passed over: he may be cancelled, or may not.
  select coalesce(array_agg(d.message_id), '{}'), coalesce(array_agg(d.ctid), '{}')
  into ids, places
  from (
    select d.message_id, d.ctid
    from millrace.delivery d
    -- Served by the primary key alone; settle_done explains this form.
    where d.message_id = any (next.ids[:most])
      and d.queue_id + 0 = limited.queue_id
      -- The addition keeps the index in claim order out, which has no ids.
      and d.available_at + interval '0' >= millrace.held_back_from()
      and d.available_at + interval '0' < millrace.paused_from()
    for update skip locked
  ) as d;
  seated_through := limited.seated_through;
  if cardinality(ids) < least(most, next.found_count) then
    are_more := true;
  elsif not are_more then
    seated_through := array_fill(limited.held_through, array[9]);
  else
    for position in 1..most loop
      seated_through[next.levels[position]] := next.available_ats[position];
    end loop;
  end if;
end
$$;
