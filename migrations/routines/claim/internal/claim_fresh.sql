-- The claim of single deliveries: leases up to max_count fresh ones of a queue in claim order, from the cursor on and before a
-- place, where one is given, and answers them with their messages, or without. It takes fewer when their messages add up to
-- most_claim_kib. claim calls it, and claim_limited where the queue has limits.
-- It is fast at any depth for two reasons. It walks delivery_in_claim_order and stops at the last row that it takes.
-- And it changes only columns that no index holds, so that it is a heap-only update, which touches no index; the
-- table's fillfactor keeps room for it on every page.
create or replace function millrace.claim_fresh(
  queue_row millrace.queue, token uuid, max_count integer, cursor json, with_messages boolean default true,
  before_priority smallint default null, before_at timestamptz default null
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
  lease constant interval := make_interval(secs => queue_row.lease_seconds);
  answer millrace.claimed;
begin
  -- Materialized, so that the cursor's JSON is read once and not for each of its uses.
  with level as materialized (
    select l.priority, l."availableAt" as available_at, l.sequence, l."parcelAt" as parcel_at,
      l."parcelSequence" as parcel_sequence
    from json_to_recordset(claim_fresh.cursor) as l(
      priority smallint, "availableAt" timestamptz, sequence bigint, "parcelAt" timestamptz, "parcelSequence" bigint
    )
  ),
  -- Materialized, so that the search runs once. As a join, the planner could run it once more for each row and so lock
  -- more than max_count.
  found as materialized (
    select array_agg(next.place) as places, array_agg(next.kib) as kibs, sum(next.kib) as kib
    from (
      select next.place, next.kib
      from level l
      cross join lateral (
        select d.ctid as place, coalesce(d.kib, millrace.stored_kib(d.message_id)) as kib
        from millrace.delivery d
        where d.queue_id = queue_row.id
          and d.priority = l.priority
          -- A comparison of rows is one range of the index: the walk begins behind the cursor.
          and (d.available_at, d.sequence) > (l.available_at, l.sequence)
          and d.available_at <= case l.priority when before_priority then before_at else statement_timestamp() end
          and d.lease_expires_at is null
          -- A suspect that was released is still one; claim_suspects has it.
          and d.lost_leases is null
        order by d.available_at, d.sequence
        limit max_count
        -- Rows that another consumer is claiming at this moment are locked, and passed over: they will be its own.
        for update skip locked
      ) as next
      where before_priority is null or l.priority <= before_priority
      limit max_count
    ) as next
  ),
  -- Up to the bound on bytes; what was found beyond it stays as it is. Most claims are far below it, and one sum finds
  -- that out: a running sum over the rows would take a tenth of the whole time.
  taken as materialized (
    select f.kib,
      case when f.kib <= millrace.most_claim_kib() then f.places else f.places[:millrace.rows_within(f.kibs)] end as places
    from found f
  ),
  claimed as (
    -- Only columns that no index holds are set: a heap-only update.
    update millrace.delivery d
    set lease_token = claim_fresh.token, lease_expires_at = statement_timestamp() + lease, attempt = d.attempt + 1
    -- The rows found are locked, so none of them can move, and the update finds each by its place (ctid) without a
    -- second look-up in an index.
    where d.ctid = any ((select t.places from taken t)::tid[])
    returning d.message_id, d.priority, d.available_at, d.sequence, d.attempt, d.group_key
  ),
  ids as materialized (
    select array_agg(c.message_id order by c.message_id) as sorted from claimed c
  ),
  -- All in one walk along the primary key: joined to the claimed rows, each message would be a search of its own, from the
  -- partition on, and that was half of the claim. The first and the last id choose the partitions, which a list does not.
  messages as materialized (
    select m.id, m.type, m.version, m.payload, m.headers, m.created_at
    from millrace.message m
    where with_messages
      and m.id = any ((select i.sorted from ids i)::uuid[])
      and m.id >= (select i.sorted[1] from ids i)
      and m.id <= (select i.sorted[cardinality(i.sorted)] from ids i)
  ),
  -- The last position taken of each level: the next claim starts behind it.
  last as (
    select distinct on (c.priority) c.priority, c.available_at, c.sequence
    from claimed c
    order by c.priority, c.available_at desc, c.sequence desc
  ),
  extent as (
    select count(*) = max_count as is_full,
      -- The bound on bytes, and not the end of the queue, ended this claim.
      count(*) < (select cardinality(f.places) from found f) as is_cut,
      max(c.priority) as reached
    from claimed c
  )
  select json_agg(c.message_id), json_agg(m.type), json_agg(m.version), json_agg(m.payload), json_agg(m.headers),
    json_agg(m.created_at), json_agg(c.attempt), json_agg(c.group_key),
    (
      select json_agg(
        case
          when last.priority is not null
            then millrace.cursor_level(l.priority, last.available_at, last.sequence, l.parcel_at, l.parcel_sequence)
          -- Not searched, or not to its end.
          when (e.is_full or e.is_cut) and l.priority > e.reached or l.priority >= before_priority
            then millrace.cursor_level(l.priority, l.available_at, l.sequence, l.parcel_at, l.parcel_sequence)
          -- This level was searched to its end: whatever comes in later is due now or later.
          else millrace.cursor_level(l.priority, statement_timestamp(), 0, l.parcel_at, l.parcel_sequence)
        end
        order by l.priority
      )
      from level l
      cross join extent e
      left join last on last.priority = l.priority
    ),
    null,
    (select least(t.kib, millrace.most_claim_kib()) from taken t where t.kib is not null),
    (select coalesce(e.is_cut, false) from extent e),
    -- As a double, since numeric would take several times as long.
    json_agg((date_part('epoch', statement_timestamp() - c.available_at) * 1000)::bigint)
  into answer
  from (select c.* from claimed c order by c.priority, c.available_at, c.sequence) as c
  left join messages m on m.id = c.message_id;
  return answer;
end
$$;
