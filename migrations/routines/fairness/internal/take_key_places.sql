-- Takes places of their keys' limits for deliveries that a claim has found, in their order, whose rows the caller has locked. Answers
-- in allowed those that have one; the caller leases them, now or in a later claim. Of a key without any more places the others are
-- held back, and more of its line. In passed are those of keys that somebody else is counting at this moment: they stay where they
-- are. A null key is of what is out of the question. Each key's row stays locked until the caller's transaction ends, so that nobody counts what is not committed.
-- claim_fair and claim_suspects call it.
create or replace function millrace.take_key_places(
  queue_row millrace.queue, ids uuid[], keys text[], priorities smallint[], turns timestamptz[],
  out allowed uuid[], out passed uuid[]
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings. Hash joins are wanted: what is
-- joined are the lists of one claim.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
set jit = off
as $$
declare
  locked constant millrace.limited_key[] := millrace.lock_limited_keys(queue_row.id, keys);
  beyond record;
  with_room text[];
begin
  -- A statement of its own, whose snapshot has what others have committed until the rows were locked.
  with had as materialized (
    select l.fairness_key as key, m.id from unnest(locked) as l cross join lateral unnest(l.message_ids) as m(id)
  ),
  placed as materialized (
    select p.id from unnest(millrace.placed_among(queue_row.id, array(select h.id from had h))) as p(id)
  ),
  counted as materialized (
    select l.fairness_key as key, l.version, l.message_ids, coalesce(k.placed, '{}') as placed
    from unnest(locked) as l
    left join (
      select h.key, array_agg(h.id) as placed from had h join placed p on p.id = h.id group by h.key
    ) as k on k.key = l.fairness_key
  ),
  found_ones as materialized (
    select f.*, c.key is null as is_passed, p.id is not null as is_placed,
      row_number() over (partition by f.key, p.id is not null order by f.position)
        <= queue_row.max_in_flight_per_key - cardinality(c.placed) as has_room
    from unnest(ids, keys, priorities, turns) with ordinality as f(id, key, level, turn, position)
    left join counted c on c.key = f.key
    left join placed p on p.id = f.id
    where f.key is not null
  ),
  changed as (
    update millrace.limited_key l
    set version = l.version + 1, message_ids = c.placed || c.newcomers, used_at = clock_timestamp()
    from (
      select c.*, coalesce(n.newcomers, '{}') as newcomers
      from counted c
      left join (
        select f.key, array_agg(f.id order by f.position) as newcomers
        from found_ones f
        where f.has_room and not f.is_placed
        group by f.key
      ) as n on n.key = c.key
    ) as c
    where l.queue_id = queue_row.id
      and l.fairness_key = c.key
      and l.version = c.version
      and (c.newcomers <> '{}' or cardinality(c.placed) < cardinality(c.message_ids))
    returning l.fairness_key as key, l.holds_back, cardinality(l.message_ids) as places
  )
  select coalesce(array_agg(f.id order by f.position) filter (where f.is_placed or f.has_room), '{}'),
    coalesce(array_agg(f.id order by f.position) filter (where f.is_passed), '{}'),
    array(
      select c.key from changed c where c.holds_back and c.places < queue_row.max_in_flight_per_key
    )
  into allowed, passed, with_room
  from found_ones f;

  select array_agg(f.id) as ids, array_agg(f.key) as keys, array_agg(f.level) as levels, array_agg(f.first_turn) as turns
  into beyond
  from (
    -- From the first that was found of a key on, since others of the same turn may stand beside it.
    select f.*, min(f.turn) over (partition by f.key, f.level) as first_turn
    from unnest(ids, keys, priorities, turns) as f(id, key, level, turn)
    where f.key is not null
  ) as f
  where f.id <> all (allowed) and f.id <> all (passed);
  if beyond.ids is not null then
    perform millrace.hold_back_at_limit(queue_row.id, beyond.ids, beyond.keys, beyond.levels, beyond.turns);
  end if;
  if with_room <> '{}' then
    perform millrace.seat_next(queue_row, with_room);
  end if;
end
$$;
