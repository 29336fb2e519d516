-- Takes places of their keys' limits, and starts of their rates, for deliveries that a claim has found, in their order, whose rows the
-- caller has locked. Answers in allowed those that have both; the caller leases them, now or in a later claim. Of a key without any
-- more the others are held back, and more of its line. Suspects without a start wait for it, each at its own time, in the place that
-- they have and before what else their keys have. In passed are those of keys that somebody else is counting at this moment: they stay
-- where they are. Of the keys in with_room the next may be seated when the caller has leased what it takes, and noted how far it has
-- come: turns begin behind that. A null key is of what is out of the question. Each key's row stays locked until the caller's
-- transaction ends, so that nobody counts what is not committed. claim_fair and claim_suspects call it.
create or replace function millrace.take_key_places(
  queue_row millrace.queue, ids uuid[], keys text[], priorities smallint[], turns timestamptz[],
  out allowed uuid[], out passed uuid[], out with_room text[]
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
  has_rate constant boolean := queue_row.rate_per_key_starts is not null;
  -- When the keys' rows were locked: all that was counted before is counted.
  moment constant timestamptz := clock_timestamp();
  -- Those that a consumer had and lost.
  lost uuid[] := '{}';
  beyond record;
begin
  if has_rate then
    -- Served by the primary key alone; settle_done explains this form.
    lost := array(
      select d.message_id
      from millrace.delivery d
      where d.message_id = any (ids) and d.queue_id + 0 = queue_row.id and num_nonnulls(d.lease_expires_at, d.lost_leases) > 0
    );
  end if;
  -- A statement of its own, whose snapshot has what others have committed until the rows were locked.
  with had as materialized (
    select l.fairness_key as key, m.id from unnest(locked) as l cross join lateral unnest(l.message_ids) as m(id)
  ),
  unstarted as materialized (
    select u.*, u.id = any (ids) as is_found
    from millrace.unstarted_among(
      queue_row.id, case when has_rate then array(select h.id from had h) end,
      array(select l.waiting_id from unnest(locked) as l where l.waiting_id is not null)
    ) as u
  ),
  placed as materialized (
    select p.id
    from unnest(
      case
        when queue_row.max_in_flight_per_key is not null then millrace.placed_among(queue_row.id, array(select h.id from had h))
      end
    ) as p(id)
    union
    select u.id from unstarted u
  ),
  counted as materialized (
    select l.fairness_key as key, l.version, l.message_ids, l.holds_back, l.waiting_id, coalesce(k.placed, '{}') as placed,
      millrace.starts_of_key(queue_row, l, moment) as starts,
      -- What is seated or waits has its start, and newcomers do not take it away.
      coalesce(k.unstarted, 0) as unstarted, coalesce(k.elsewhere, 0) as elsewhere, coalesce(k.in_line, 0) as in_line
    from unnest(locked) as l
    left join (
      select h.key, array_agg(h.id) as placed, count(u.id) as unstarted, count(u.id) filter (where not u.is_found) as elsewhere,
        count(u.id) filter (where not u.is_found and u.is_in_line) as in_line
      from had h
      join placed p on p.id = h.id
      left join unstarted u on u.id = h.id
      group by h.key
    ) as k on k.key = l.fairness_key
  ),
  counted_ones as materialized (
    select f.*, c.key is null as is_passed, p.id is not null as is_placed, f.id = any (lost) as is_lost, first.is_first,
      c.starts, c.unstarted, c.elsewhere, c.in_line, c.holds_back,
      p.id is not null or row_number() over (partition by f.key, p.id is not null order by f.position)
        <= coalesce(queue_row.max_in_flight_per_key, 1000000000) - cardinality(c.placed) as has_place,
      row_number() over (partition by f.key, first.is_first order by f.position) as start
    from unnest(ids, keys, priorities, turns) with ordinality as f(id, key, level, turn, position)
    left join counted c on c.key = f.key
    left join placed p on p.id = f.id
    cross join lateral (select p.id is not null or f.id = any (lost) as is_first) as first
    where f.key is not null
  ),
  found_ones as materialized (
    select f.*, a.is_allowed, f.is_lost and f.has_place and not a.is_allowed as is_postponed
    from counted_ones f
    cross join lateral (
      select f.has_place
        and (f.is_first or not (has_rate and f.holds_back))
        and f.start <= floor(f.starts + 0.000001 /* what is lost in the sum */)
          - case when f.is_lost then f.in_line when f.is_first then 0 else f.unstarted end as is_allowed
    ) as a
  ),
  changed as (
    update millrace.limited_key l
    set version = l.version + 1, used_at = clock_timestamp(),
      message_ids = array(select i.id from unnest(c.placed) as i(id) where i.id <> all (c.beyond)) || c.newcomers,
      saved = case when has_rate then c.starts - c.started else l.saved end,
      saved_at = case when has_rate then moment else l.saved_at end,
      waiting_id = case when l.waiting_id = any (c.placed) and l.waiting_id <> all (ids) then l.waiting_id end
    from (
      select c.*, coalesce(n.newcomers, '{}') as newcomers, coalesce(n.beyond, '{}') as beyond, coalesce(n.started, 0) as started
      from counted c
      left join (
        select f.key,
          array_agg(f.id order by f.position) filter (where (f.is_allowed or f.is_postponed) and not f.is_placed) as newcomers,
          array_agg(f.id) filter (where f.is_placed and not f.is_allowed and not f.is_postponed) as beyond,
          count(*) filter (where f.is_allowed) as started
        from found_ones f
        where not f.is_passed
        group by f.key
      ) as n on n.key = c.key
    ) as c
    where l.queue_id = queue_row.id
      and l.fairness_key = c.key
      and l.version = c.version
      and (
        c.newcomers <> '{}' or c.beyond <> '{}' or cardinality(c.placed) < cardinality(c.message_ids) or (has_rate and c.started > 0)
      )
    returning l.fairness_key as key, l.holds_back, cardinality(l.message_ids) as places
  ),
  postponed as (
    update millrace.delivery d
    set due_at = millrace.due_since(d.available_at, d.due_at),
      available_at = moment
        + make_interval(secs => (f.elsewhere + f.start - f.starts) * queue_row.rate_per_key_seconds / queue_row.rate_per_key_starts + 0.00001)
    from found_ones f
    where f.is_postponed
      -- Served by the primary key alone; settle_done explains this form.
      and d.message_id = any (array[f.id])
      and d.queue_id + 0 = queue_row.id
  ),
  overtaken as materialized (
    -- Suspects have the starts of those that wait for one, should their time come while a drain is at its suspects: those wait for
    -- the next. Whoever has hold of one, to cancel it, may wait for the key's row, and is not waited for.
    select d.ctid as place, c.starts - c.started as starts
    from (
      select f.key, min(c.waiting_id::text)::uuid as waiting_id, min(c.starts) as starts, count(*) as started
      from found_ones f
      join counted c on c.key = f.key
      where f.is_lost and f.is_allowed
      group by f.key
    ) as c
    join millrace.delivery d on d.message_id = any (array[c.waiting_id]) and d.queue_id + 0 = queue_row.id
    where c.starts - c.started < 1
      and d.lease_expires_at is null
      and d.available_at >= millrace.turns_end()
      and d.available_at < millrace.held_back_from()
    for update of d skip locked
  ),
  put_off as (
    update millrace.delivery d
    set available_at = moment
      + make_interval(secs => (1 - o.starts) * queue_row.rate_per_key_seconds / queue_row.rate_per_key_starts + 0.00001)
    from overtaken o
    where d.ctid = o.place
  )
  select coalesce(array_agg(f.id order by f.position) filter (where f.is_allowed), '{}'),
    coalesce(array_agg(f.id order by f.position) filter (where f.is_passed), '{}'),
    array(
      -- Under a rate it is the next one's time that is to be found, which leases make a later one.
      select c.key from counted c where has_rate
      union all
      select c.key from changed c where not has_rate and c.holds_back and c.places < queue_row.max_in_flight_per_key
    ),
    array(select f.id from found_ones f where f.is_postponed)
  into allowed, passed, with_room, lost
  from found_ones f;

  select array_agg(f.id) as ids, array_agg(f.key) as keys, array_agg(f.level) as levels, array_agg(f.first_turn) as turns
  into beyond
  from (
    -- From the first that was found of a key on, since others of the same turn may stand beside it.
    select f.*, min(f.turn) over (partition by f.key, f.level) as first_turn
    from unnest(ids, keys, priorities, turns) as f(id, key, level, turn)
    where f.key is not null
  ) as f
  where f.id <> all (allowed) and f.id <> all (passed) and f.id <> all (lost);
  if beyond.ids is not null then
    perform millrace.hold_back_at_limit(queue_row.id, beyond.ids, beyond.keys, beyond.levels, beyond.turns);
  end if;
end
$$;
