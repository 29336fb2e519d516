-- The claim of a fair queue: leases up to max_count deliveries, of each level in the order of their turns, of which a key has one after
-- the other. Whatever a key has waiting, of the next turn it has one delivery, and every other key has one as well. claim_limited calls
-- it, and it answers as claim.
-- Its walk begins where claims had come a quarter of a second ago, whoever made them, or at the cursor where that is earlier; see
-- turn_reached_before. So what is enqueued beside a long line is found by all claims, although its turn comes before what the line
-- has left, and what is finished behind it is not walked. The first claim of a drain, whose cursor survey gives, also finds what
-- took longer to commit.
-- What it meets of paused keys, and of keys at their limit, it takes out of the line. Should that be all, it answers nothing, and that
-- there may be more.
create or replace function millrace.claim_fair(
  queue_row millrace.queue, token uuid, max_count integer, cursor json, with_messages boolean
) returns millrace.claimed
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in claim_fresh: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
set jit = off
as $$
#variable_conflict use_column
declare
  others_at_work constant xid[] := array(select x::xid from pg_snapshot_xip(pg_current_snapshot()) as x);
  arrived record;
  found_ones record;
  looked_at record;
  -- To how many of these the claim has come: to the last one that it takes, or past all of them.
  come_to integer;
  passed_at integer;
  paused text[] := '{}';
  of_keys record;
  with_room text[] := '{}';
  -- The messages that may be taken, when it is not all.
  kept uuid[];
  taken integer;
  answer millrace.claimed;
begin
  if exists (select from millrace.paused_key p where p.queue_id = queue_row.id) then
    perform millrace.seat_resumed(queue_row.id);
  end if;
  -- More than a claim takes, so that arrivals of many keys do not wait for each other.
  arrived := millrace.seat_arrivals(queue_row.id, claim_fair.cursor, greatest(1000, 2 * max_count));
  select array_agg(n.place order by n.position) filter (where not n.is_surplus) as places,
    array_agg(n.message_id order by n.position) filter (where not n.is_surplus) as ids,
    array_agg(n.kib order by n.position) filter (where not n.is_surplus) as kibs,
    array_agg(n.priority order by n.position) filter (where not n.is_surplus) as priorities,
    array_agg(n.available_at order by n.position) filter (where not n.is_surplus) as turns,
    array_agg(n.sequence order by n.position) filter (where not n.is_surplus) as sequences,
    array_agg(n.fairness_key order by n.position) filter (where not n.is_surplus) as keys,
    array_agg(n.place) filter (where n.is_surplus) as surplus,
    count(*)::integer as members
  into found_ones
  from (
    select n.*, row_number() over (order by n.priority, n.available_at, n.sequence) as position,
      -- Of one turn a key has one delivery. More have come in by enqueues at the same moment; see last_turns.
      row_number() over (partition by n.priority, n.available_at, n.fairness_key order by n.sequence) > 1 as is_surplus
    from (
      select n.*
      from json_to_recordset(arrived.cursor) as l(priority smallint, "availableAt" timestamptz, sequence bigint)
      cross join lateral millrace.turn_reached_before(queue_row.id, l.priority, interval '250 milliseconds') as r
      cross join lateral (
        -- Of claims that began less long ago there is nothing behind the first.
        select coalesce((r.turn, r.sequence) < (l."availableAt", l.sequence), true) as is_earlier
      ) as reached
      cross join lateral (
        select d.ctid as place, d.message_id, d.priority, d.available_at, d.sequence, d.fairness_key,
          coalesce(d.kib, millrace.stored_kib(d.message_id)) as kib
        from millrace.delivery d
        where d.queue_id = queue_row.id
          and d.priority = l.priority
          and (d.available_at, d.sequence) > (
            case when reached.is_earlier then coalesce(r.turn, '-infinity') else l."availableAt" end,
            case when reached.is_earlier then coalesce(r.sequence, 0) else l.sequence end
          )
          and d.available_at < millrace.turns_end()
          and d.lease_expires_at is null
          and d.lost_leases is null
          -- What others are claiming; see claim_fresh.
          and d.xmax <> all (others_at_work)
        order by d.available_at, d.sequence
        limit max_count
        -- Rows that another consumer is claiming at this moment are locked, and passed over: they will be its own.
        for update skip locked
      ) as n
      limit max_count
    ) as n
  ) as n;

  looked_at := found_ones;
  -- Asked after the search, so that no key that is paused before that is claimed.
  if found_ones.members > 0 and exists (select from millrace.paused_key p where p.queue_id = queue_row.id) then
    paused := millrace.hold_back(queue_row.id, found_ones.priorities, found_ones.turns, found_ones.keys);
  end if;
  if paused <> '{}' then
    kept := array(
      select f.id from unnest(looked_at.ids, looked_at.keys) as f(id, key) where f.key <> all (paused)
    );
  end if;
  if num_nonnulls(queue_row.max_in_flight_per_key, queue_row.rate_per_key_starts) > 0 and found_ones.members > 0 then
    select k.* into of_keys
    from millrace.take_key_places(
      queue_row, looked_at.ids, millrace.without_keys(looked_at.keys, paused), looked_at.priorities, looked_at.turns
    ) as k;
    kept := of_keys.allowed;
    with_room := of_keys.with_room;
    -- Short of all that it asked for, the walk has come to the end of the line.
    if found_ones.members < max_count then
      found_ones.members := cardinality(kept) + coalesce(cardinality(found_ones.surplus), 0);
    end if;
    -- The next claim begins in front of what somebody else was counting.
    passed_at := array_position(looked_at.ids, of_keys.passed[1]);
  end if;
  if kept is not null then
    select array_agg(f.place order by f.position) as places, array_agg(f.id order by f.position) as ids,
      array_agg(f.kib order by f.position) as kibs, array_agg(f.priority order by f.position) as priorities,
      array_agg(f.turn order by f.position) as turns, array_agg(f.sequence order by f.position) as sequences,
      found_ones.surplus, found_ones.members
    into found_ones
    from unnest(
      looked_at.places, looked_at.ids, looked_at.kibs, looked_at.priorities, looked_at.turns, looked_at.sequences
    ) with ordinality as f(place, id, kib, priority, turn, sequence, position)
    where f.id = any (kept);
  end if;

  taken := millrace.rows_within(found_ones.kibs);
  if queue_row.rate_per_key_starts is not null and taken < cardinality(found_ones.ids) then
    -- Beyond the bound on bytes: these keep their places.
    perform millrace.give_back_starts(queue_row, found_ones.ids[taken + 1:]);
  end if;
  come_to := least(
    coalesce(array_position(looked_at.places, found_ones.places[taken]), cardinality(looked_at.places)), passed_at - 1
  );
  if looked_at.members > 0 then
    -- Only columns that no index holds are set: a heap-only update.
    update millrace.delivery d
    set lease_token = claim_fair.token, attempt = d.attempt + 1,
      lease_expires_at = statement_timestamp() + make_interval(secs => queue_row.lease_seconds)
    where d.ctid = any (found_ones.places[:taken]);
    perform millrace.reach_turns(
      queue_row.id, looked_at.priorities[:come_to], looked_at.turns[:come_to], looked_at.sequences[:come_to]
    );
    -- Behind what this claim has come to, where the next ones find it.
    if found_ones.surplus is not null then
      perform millrace.seat(queue_row.id, found_ones.surplus);
    end if;
    if with_room <> '{}' then
      perform millrace.seat_next(queue_row, with_room);
    end if;
    answer := millrace.claimed_messages(queue_row.id, found_ones.ids[:taken], null, with_messages);
    answer.kib := least(answer.kib, millrace.most_claim_kib());
  end if;
  answer.has_more := arrived.is_full or paused <> '{}' or taken < found_ones.members
    or (passed_at is not null and found_ones.ids is not null)
    -- What is started may have let others go for which there are starts.
    or (queue_row.rate_per_key_starts is not null and found_ones.ids is not null);
  if queue_row.rate_per_key_starts is not null and not answer.has_more then
    answer.limited_ms := millrace.next_start_ms(queue_row);
  end if;
  select json_agg(
    case
      when last.position is not null then millrace.cursor_level(
        l.priority, looked_at.turns[last.position], looked_at.sequences[last.position], l."parcelAt", l."parcelSequence"
      )
      else millrace.cursor_level(l.priority, l."availableAt", l.sequence, l."parcelAt", l."parcelSequence")
    end
    order by l.priority
  )
  into answer.cursor
  from json_to_recordset(arrived.cursor) as l(
    priority smallint, "availableAt" timestamptz, sequence bigint, "parcelAt" timestamptz, "parcelSequence" bigint
  )
  cross join lateral (
    select max(p) as position from unnest(array_positions(looked_at.priorities[:come_to], l.priority)) as p
  ) as last;
  return answer;
end
$$;
