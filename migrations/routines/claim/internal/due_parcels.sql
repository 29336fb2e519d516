-- What parcels a queue has that became due since, for every priority level that has some: when the oldest that is live was due,
-- the first fresh one with the number and the size of its members, and since when a lease has run out. survey calls it.
create or replace function millrace.due_parcels(in_queue smallint, since timestamptz)
returns table (
  level integer, oldest timestamptz, fresh_at timestamptz, fresh_count integer, fresh_kib bigint, lost_since timestamptz
)
language plpgsql stable strict rows 9
set search_path = pg_catalog, pg_temp
-- As in survey: a custom plan would come out the same, and cost its planning at every tick.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict use_column
begin
  return query
    select level, oldest.available_at, fresh.*,
      (
        select p.available_at
        from millrace.parcel p
        where p.queue_id = in_queue
          and p.priority = level
          -- No lease ends before its parcel could be claimed. The minute is for leases that somebody has ended by hand.
          and p.lease_expires_at between oldest.available_at - interval '1 minute' and statement_timestamp()
        order by p.lease_expires_at
        limit 1
      )
    from generate_series(1, 9) as level
    cross join lateral (
      -- As with deliveries: what follows looks at nothing that is finished before it.
      select p.available_at
      from millrace.parcel p
      where p.queue_id = in_queue and p.priority = level and p.available_at >= since
      order by p.available_at
      limit 1
    ) as oldest
    left join lateral (
      select p.available_at, cardinality(p.message_ids) as members, (select sum(k.kib) from unnest(p.kibs) as k(kib)) as kib
      from millrace.parcel p
      where p.queue_id = in_queue
        and p.priority = level
        and p.available_at >= oldest.available_at
        and p.lease_token is null
      order by p.available_at
      limit 1
    ) as fresh on true;
end
$$;
