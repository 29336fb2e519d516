-- The first parcels of a queue that nobody holds, in claim order: behind a cursor, and behind the one that was found last, where
-- after_priority is not 0; so many at most. Answers where each stands and lies, how many members it has and their size, and of the
-- last ones, how many stand behind the first single delivery that is due, if there is one. places is null when there is none; and
-- has_parcels tells whether others are at work on some. Nothing is locked: lease_parcels, which calls it, locks what fits.
-- Without settings of its own, since those of lease_parcels hold for it.
create or replace function millrace.next_parcels(
  in_queue smallint, start json, after_priority smallint, after_at timestamptz, after_sequence bigint, most integer,
  out places tid[], out priorities smallint[], out available_ats timestamptz[], out sequences bigint[], out counts integer[],
  out kibs integer[], out behind_single bigint, out has_singles boolean, out has_parcels boolean
)
language plpgsql
as $$
#variable_conflict use_column
begin
  with level as materialized (
    select l.priority, l."availableAt" as available_at, l.sequence, l."parcelAt" as parcel_at,
      l."parcelSequence" as parcel_sequence
    from json_to_recordset(start) as l(
      priority smallint, "availableAt" timestamptz, sequence bigint, "parcelAt" timestamptz, "parcelSequence" bigint
    )
  ),
  single as materialized (
    select l.priority, first.available_at
    from level l
    cross join lateral (
      select d.available_at
      from millrace.delivery d
      where d.queue_id = in_queue
        and d.priority = l.priority
        and (d.available_at, d.sequence) > (l.available_at, l.sequence)
        and d.available_at <= statement_timestamp()
        and d.lease_expires_at is null
        and d.lost_leases is null
      order by d.available_at, d.sequence
      limit 1
    ) as first
    limit 1
  )
  select array_agg(p.place), array_agg(p.priority), array_agg(p.available_at), array_agg(p.sequence), array_agg(p.members),
    array_agg(p.kib), count(*) filter (where (s.priority, s.available_at) <= (p.priority, p.available_at)), count(s.priority) > 0,
    -- Also what is passed over here, since it may come free again.
    count(*) > 0 or exists (
      select
      from level l
      cross join lateral (
        select
        from millrace.parcel p
        where p.queue_id = in_queue
          and p.priority = l.priority
          and (p.available_at, p.sequence) > (l.parcel_at, l.parcel_sequence)
          and p.lease_token is null
        order by p.available_at, p.sequence
        limit 1
      ) as fresh
    )
  into next_parcels.places, next_parcels.priorities, next_parcels.available_ats, next_parcels.sequences, next_parcels.counts,
    next_parcels.kibs, next_parcels.behind_single, next_parcels.has_singles, next_parcels.has_parcels
  from (
    select l.priority, p.*
    from level l
    cross join lateral (
      select p.ctid as place, p.available_at, p.sequence, cardinality(p.message_ids) as members,
        -- As rows of a list it is added up without being put aside first.
        (select sum(k.kib) from (select unnest(p.kibs) as kib) as k)::integer as kib
      from millrace.parcel p
      where p.queue_id = in_queue
        and p.priority = l.priority
        and (p.available_at, p.sequence) > (
          case when l.priority = after_priority then after_at else l.parcel_at end,
          case when l.priority = after_priority then after_sequence else l.parcel_sequence end
        )
        and p.lease_token is null
        -- What transactions that are under way have locked; see claim_fresh.
        and p.xmax <> all (array(select x::xid from pg_snapshot_xip(pg_current_snapshot()) as x))
      order by p.available_at, p.sequence
      limit most
    ) as p
    where l.priority >= after_priority
    limit most
  ) as p
  -- Looked for only when there is a parcel.
  left join single s on true;
end
$$;
