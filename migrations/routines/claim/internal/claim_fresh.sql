-- The claim of single deliveries: leases up to max_count fresh ones of a queue in claim order, from the cursor on and before a
-- place, where one is given, and answers them with their messages, or without. It takes fewer when their messages add up to
-- most_claim_kib. claim calls it, and claim_limited where the queue has limits. has_parcels: false when no fresh parcel is behind
-- the cursor.
-- It is fast at any depth for three reasons. It walks delivery_in_claim_order and stops at the last row that it takes. Ten or
-- more in a row that are plain and of one span are gathered in parcels, so that their lease is one row, and so is their end. And
-- of the others it changes only columns that no index holds, so that it is a heap-only update, which touches no index; the
-- table's fillfactor keeps room for it on every page.
create or replace function millrace.claim_fresh(
  queue_row millrace.queue, token uuid, max_count integer, cursor json, with_messages boolean default true,
  before_priority smallint default null, before_at timestamptz default null, has_parcels boolean default true
) returns millrace.claimed
language plpgsql
set search_path = pg_catalog, pg_temp
-- A custom plan for the values of this call would come out the same, and making it would take a fifth of the whole
-- time.
set plan_cache_mode = force_generic_plan
-- Sessions keep their plans, also those made while the table was empty and reading all of it was as cheap as any index.
-- Walking the index in order is the whole point, so scans and joins that read everything are ruled out, whatever the
-- statistics say at the moment. Hash joins are wanted: what is joined are the lists of one claim.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
-- Compiling takes longer than the statement. And up to Postgres 17 a step that cannot do without what is ruled out
-- above counts as so costly that Postgres would always compile.
set jit = off
as $$
-- A bare name is always a column's; parameters that share one are written with the routine's name before them.
#variable_conflict use_column
declare
  lease_end constant timestamptz := statement_timestamp() + make_interval(secs => queue_row.lease_seconds);
  -- Transactions that are under way at this moment.
  others_at_work constant xid[] := array(select x::xid from pg_snapshot_xip(pg_current_snapshot()) as x);
  may_gather constant boolean := num_nonnulls(queue_row.max_in_flight, queue_row.max_depth, queue_row.rate_starts) = 0;
  found_ones record;
  taken integer;
  others tid[];
  answer millrace.claimed;
begin
  select array_agg(next.place) as places, array_agg(next.message_id) as ids, array_agg(next.priority) as priorities,
    array_agg(next.available_at) as available_ats, array_agg(next.sequence) as sequences, array_agg(next.kib) as kibs,
    array_agg(next.attempt) as attempts, array_agg(next.group_key) as group_keys, array_agg(next.span) as spans,
    sum(next.kib) as kib, count(*)::integer as members
  into found_ones
  from (
    select next.*
    from json_to_recordset(claim_fresh.cursor) as l(priority smallint, "availableAt" timestamptz, sequence bigint)
    cross join lateral (
      select d.ctid as place, d.message_id, d.priority, d.available_at, d.sequence, d.attempt, d.group_key,
        coalesce(d.kib, millrace.stored_kib(d.message_id)) as kib,
        -- The span of what may be gathered. Not that of what is replayed or redriven, which does not know its size: two replays
        -- at once find out by the first one's row that it is live already; see replay.
        case
          when may_gather and d.attempt = 0 and d.kib is not null and num_nonnulls(d.group_key, d.due_at, d.progress) = 0
            then left(d.message_id::text, 11)
        end as span
      from millrace.delivery d
      where d.queue_id = queue_row.id
        and d.priority = l.priority
        -- A comparison of rows is one range of the index: the walk begins behind the cursor.
        and (d.available_at, d.sequence) > (l."availableAt", l.sequence)
        and d.available_at <= case l.priority when before_priority then before_at else statement_timestamp() end
        and d.lease_expires_at is null
        -- A suspect that was released is still one; claim_suspects has it.
        and d.lost_leases is null
        -- What they have locked would be passed over below, too, but to try each row there takes three times as long, and with
        -- several calls at once most of what one walks is what the others are claiming. An xmax may also be the number of a
        -- multixact, when several had locked the row: as nobody shares locks of deliveries, none stays there.
        and d.xmax <> all (others_at_work)
      order by d.available_at, d.sequence
      limit max_count
      -- Rows that another consumer is claiming at this moment are locked, and passed over: they will be its own.
      for update skip locked
    ) as next
    where before_priority is null or l.priority <= before_priority
    limit max_count
  ) as next;

  -- Up to the bound on bytes; what was found beyond it stays as it is. Most claims are far below it, and one sum finds
  -- that out: a running sum over the rows would take a tenth of the whole time.
  taken := case
    when found_ones.kib > millrace.most_claim_kib() then millrace.rows_within(found_ones.kibs)
    else found_ones.members
  end;
  if taken > 0 then
    others := found_ones.places[:taken];
    if taken >= 10 then
      others := millrace.gather_singles(
        queue_row.id, token, lease_end, others, found_ones.ids, found_ones.priorities, found_ones.available_ats,
        found_ones.sequences, found_ones.kibs, found_ones.spans[:taken]
      );
    end if;
    if others <> '{}' then
      -- Only columns that no index holds are set: a heap-only update. The rows are locked, so none of them can move, and each is
      -- found by its place (ctid) without a second look-up in an index.
      update millrace.delivery d
      set lease_token = claim_fresh.token, lease_expires_at = lease_end, attempt = d.attempt + 1
      where d.ctid = any (others);
    end if;
    with ids as materialized (
      select array_agg(i.id order by i.id) as sorted from unnest(found_ones.ids[:taken]) as i(id)
    ),
    -- All in one walk along the primary key: joined to the claimed rows, each message would be a search of its own, from the
    -- partition on, and 200 of them touched 600 pages in the place of 16. The first and the last id choose the partitions, which a
    -- list does not.
    messages as materialized (
      select m.id, m.type, m.version, m.payload, m.headers, m.created_at
      from millrace.message m
      where with_messages
        and m.id = any ((select i.sorted from ids i)::uuid[])
        and m.id >= (select i.sorted[1] from ids i)
        and m.id <= (select i.sorted[cardinality(i.sorted)] from ids i)
    )
    select json_agg(c.message_id), json_agg(m.type), json_agg(m.version), json_agg(m.payload), json_agg(m.headers),
      json_agg(m.created_at), json_agg(c.attempt + 1), json_agg(c.group_key),
      -- As a double, since numeric would take several times as long.
      json_agg((date_part('epoch', statement_timestamp() - c.available_at) * 1000)::bigint)
    into answer.ids, answer.types, answer.versions, answer.payloads, answer.headers, answer.created_at, answer.attempts,
      answer.group_keys, answer.waited_ms
    from (
      select c.*
      from unnest(
        found_ones.ids[:taken], found_ones.attempts[:taken], found_ones.group_keys[:taken], found_ones.available_ats[:taken]
      ) with ordinality as c(message_id, attempt, group_key, available_at, position)
      order by c.position
    ) as c
    left join messages m on m.id = c.message_id;
    answer.kib := least(found_ones.kib, millrace.most_claim_kib());
  end if;
  -- The bound on bytes, and not the end of the queue, ended this claim.
  answer.has_more := taken < found_ones.members;

  select json_agg(
    case
      -- The last position taken: the next claim starts behind it.
      when last.position is not null
        then millrace.cursor_level(
          l.priority, found_ones.available_ats[last.position], found_ones.sequences[last.position], l.parcel_at, l.parcel_sequence
        )
      -- Not searched, or not to its end.
      when (taken = max_count or answer.has_more) and l.priority > found_ones.priorities[taken] or l.priority >= before_priority
        then millrace.cursor_level(l.priority, l.available_at, l.sequence, l.parcel_at, l.parcel_sequence)
      -- This level was searched to its end: whatever comes in later is due now or later.
      else millrace.cursor_level(l.priority, statement_timestamp(), 0, l.parcel_at, l.parcel_sequence)
    end
    order by l.priority
  )
  into answer.cursor
  from (
    select l.priority, l."availableAt" as available_at, l.sequence,
      -- No parcel is passed over, and none that was gathered meanwhile is walked.
      case when has_parcels then l."parcelAt" else statement_timestamp() end as parcel_at,
      case when has_parcels then l."parcelSequence" else 0 end as parcel_sequence
    from json_to_recordset(claim_fresh.cursor) as l(
      priority smallint, "availableAt" timestamptz, sequence bigint, "parcelAt" timestamptz, "parcelSequence" bigint
    )
  ) as l
  cross join lateral (
    select max(p) as position from unnest(array_positions(found_ones.priorities[:taken], l.priority)) as p
  ) as last;
  return answer;
end
$$;
