-- The fairness keys of a queue that have most waiting in its line, the longest first: for operators who ask whose backlog it is. null is
-- what messages without a key have together. An unknown queue, and one that is not fair, has none.
-- A key has one message in each turn, so its last turn less the one that claims have reached says about how many it has. Only about:
-- what was cancelled has left its turn empty, and what was claimed a moment ago may count. What a limit by key holds back counts too,
-- by how far it stands behind what was seated of its key: of the 1,000 keys that claims and settles came to last. What is not due yet,
-- paused or waits for its group does not count.
-- However many keys there are, the line is looked at in some places only: from the first turn that is ahead on, the second, the fourth
-- and so on, up to max_count messages at each. So whoever is left out has, in a priority level, less than twice as much waiting as each
-- of those who are told.
create or replace function millrace.waiting_keys(queue text, max_count integer default 10)
returns table (fairness_key text, waiting bigint)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings. Hash joins are wanted: what is
-- joined are the lists of one call.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
set jit = off
as $$
#variable_conflict use_column
declare
  most constant integer := least(max_count, 100);
  in_queue constant smallint := (select q.id from millrace.queue q where q.name = waiting_keys.queue and q.is_fair);
begin
  if in_queue is null then
    return;
  end if;
  return query
    with levels as materialized (
      select l.level, l.reached, last.turn
      from (
        select level::smallint as level, coalesce(
          (millrace.turn_reached_before(in_queue, level::smallint, '0')).turn, '1000-01-01 00:00:00+00'::timestamptz
        ) as reached
        from generate_series(1, 9) as level
        offset 0
      ) as l
      cross join lateral (
        select d.available_at as turn
        from millrace.delivery d
        where d.queue_id = in_queue
          and d.priority = l.level
          and d.available_at > l.reached
          and d.available_at < millrace.turns_end()
        order by d.available_at desc, d.sequence desc
        limit 1
      ) as last
    ),
    found as materialized (
      select distinct place.level, met.fairness_key
      from (
        select l.level, l.reached + interval '1 microsecond' * (1::bigint << doubling) as turn,
          l.reached + interval '1 microsecond' * (2::bigint << doubling) as next_turn
        from levels l
        -- The last of these are a trillion turns ahead.
        cross join generate_series(0, 40) as doubling
        where l.reached + interval '1 microsecond' * (1::bigint << doubling) <= l.turn
        offset 0
      ) as place
      cross join lateral (
        select d.fairness_key
        from millrace.delivery d
        where d.queue_id = in_queue
          and d.priority = place.level
          and d.available_at >= place.turn
          and d.available_at < least(place.next_turn, millrace.turns_end())
        order by d.available_at, d.sequence
        limit most
      ) as met
      where met.fairness_key is not null
    ),
    last as (
      select k.priority, k.fairness_key, k.turn
      from (select array_agg(f.level) as levels, array_agg(f.fairness_key) as keys from found f) as f
      cross join lateral millrace.last_turns(in_queue, f.levels, f.keys) as k
    ),
    held as (
      select l.fairness_key, l.held_through - (select max(s) from unnest(l.seated_through) as s) as turns
      from millrace.limited_key l
      where l.queue_id = in_queue and l.holds_back
      order by l.queue_id desc, l.used_at desc
      limit 1000
    )
    select nullif(k.fairness_key, '') as fairness_key,
      sum(round(extract(epoch from k.turns) * 1000000))::bigint as waiting
    from (
      select k.fairness_key, k.turn - l.reached as turns from last k join levels l on l.level = k.priority
      union all
      select h.fairness_key, h.turns from held h
    ) as k
    group by k.fairness_key
    order by 2 desc, 1
    limit most;
end
$$;

comment on function millrace.waiting_keys is
  'Tells which fairness keys have most waiting in the line of a queue, and about how much; null is what has no key. What is '
  'paused, not due yet or waits for its group is not in the line. max_count: at most 100. The line is looked at in some places '
  'only: whoever is left out has less than twice as much waiting, in a priority level, as each of those who are told. What is '
  'beyond a limit by key counts, of the 1,000 keys at their limit that were used last.';
grant execute on function millrace.waiting_keys to millrace_operator;
