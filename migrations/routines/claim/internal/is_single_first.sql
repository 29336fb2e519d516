-- Whether a fresh single delivery behind a cursor comes before that place in the claim order: it is more urgent, or as urgent
-- and due for longer. claim asks, when there are parcels.
create or replace function millrace.is_single_first(
  in_queue smallint, cursor json, priority smallint, available_at timestamptz
) returns boolean
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
  return exists (
    select
    from json_to_recordset(is_single_first.cursor) as l(priority smallint, "availableAt" timestamptz, sequence bigint)
    cross join lateral (
      select
      from millrace.delivery d
      where d.queue_id = in_queue
        and d.priority = l.priority
        and (d.available_at, d.sequence) > (l."availableAt", l.sequence)
        and d.available_at <= case
          when l.priority < is_single_first.priority then statement_timestamp()
          else is_single_first.available_at
        end
        and d.lease_expires_at is null
        and d.lost_leases is null
      order by d.available_at, d.sequence
      limit 1
    ) as first
    where l.priority <= is_single_first.priority
  );
end
$$;
