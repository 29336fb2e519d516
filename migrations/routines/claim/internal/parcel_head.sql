-- Where the first fresh parcel behind a cursor stands; null when there is none. claim asks, to find out which to claim next,
-- parcels or single deliveries. One probe for each priority level of the cursor.
create or replace function millrace.parcel_head(
  in_queue smallint, cursor json, out priority smallint, out available_at timestamptz
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
  select l.priority, first.available_at
  into parcel_head.priority, parcel_head.available_at
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
  limit 1;
end
$$;
