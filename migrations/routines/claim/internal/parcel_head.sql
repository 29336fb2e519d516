-- Where the first fresh parcel behind a cursor stands, and where there is one, also the first fresh single delivery; null where
-- there is none. claim asks, to find out which to claim next. One probe for each priority level of the cursor, and in one
-- statement, since its start takes longer than its probes.
create or replace function millrace.parcel_head(
  in_queue smallint, cursor json, out priority smallint, out available_at timestamptz, out single_priority smallint,
  out single_at timestamptz
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- A plan that the session keeps: what is written in SQL alone would be planned at each call.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict use_column
begin
  select parcel.priority, parcel.available_at, single.priority, single.available_at
  into parcel_head.priority, parcel_head.available_at, parcel_head.single_priority, parcel_head.single_at
  from (
    select l.priority, first.available_at
    from json_to_recordset(parcel_head.cursor) as l(priority smallint, "parcelAt" timestamptz, "parcelSequence" bigint)
    cross join lateral (
      select p.available_at
      from millrace.parcel p
      where p.queue_id = in_queue
        and p.priority = l.priority
        and (p.available_at, p.sequence) > (l."parcelAt", l."parcelSequence")
        and p.lease_token is null
      order by p.available_at, p.sequence
      limit 1
    ) as first
    order by l.priority
    limit 1
  ) as parcel
  left join lateral (
    select l.priority, first.available_at
    from json_to_recordset(parcel_head.cursor) as l(priority smallint, "availableAt" timestamptz, sequence bigint)
    cross join lateral (
      select d.available_at
      from millrace.delivery d
      where d.queue_id = in_queue
        and d.priority = l.priority
        and (d.available_at, d.sequence) > (l."availableAt", l.sequence)
        and d.available_at <= statement_timestamp()
        and d.lease_expires_at is null
        and d.lost_leases is null
      order by d.available_at, d.sequence
      limit 1
    ) as first
    order by l.priority
    limit 1
  ) as single on true;
end
$$;
