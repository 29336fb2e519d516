-- Whether a queue has a parcel that nobody holds behind a cursor: one probe for each priority level of it. claim asks where the
-- queue has got limits, under which parcels are parted.
create or replace function millrace.has_parcels(in_queue smallint, cursor json) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- A plan that the session keeps: what is written in SQL alone would be planned at each call.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
begin
  return exists (
    select
    from json_to_recordset(has_parcels.cursor) as l(priority smallint, "parcelAt" timestamptz, "parcelSequence" bigint)
    cross join lateral (
      select
      from millrace.parcel p
      where p.queue_id = in_queue
        and p.priority = l.priority
        and (p.available_at, p.sequence) > (l."parcelAt", l."parcelSequence")
        and p.lease_token is null
      order by p.available_at, p.sequence
      limit 1
    ) as fresh
  );
end
$$;
