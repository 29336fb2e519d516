-- Where the first fresh single delivery behind a cursor stands; null when there is none. claim asks, when there are parcels, as
-- parcel_head is asked for those.
create or replace function millrace.single_head(
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
  into single_head.priority, single_head.available_at
  from json_to_recordset(single_head.cursor) as l(priority smallint, "availableAt" timestamptz, sequence bigint)
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
  limit 1;
end
$$;
