-- What one priority level of a queue has in parcels, counted as single deliveries are and up to so many: how many there are, how
-- many of them are processed, how many of the others have failed before, and since when the oldest of these others has been due.
-- since: nothing is looked for that was due before; see figures. queue_stats and queue_figures add them to the single ones.
create or replace function millrace.parcel_counts(
  in_queue smallint, level integer, most integer, since timestamptz default '-infinity',
  out members integer, out processing integer, out retrying integer, out oldest timestamptz
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- A plan that the session keeps: what is written in SQL alone would be planned for each level of each queue.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
begin
  if not exists (select from millrace.parcel p where p.queue_id = in_queue) then
    members := 0;
    processing := 0;
    retrying := 0;
    return;
  end if;
  select least(most, coalesce(sum(p.members), 0)),
    least(most, coalesce(sum(p.members) filter (where p.is_held), 0)),
    -- Of a lease that ran out, see delivery_status.
    least(most, coalesce(sum(p.members) filter (where not p.is_held and p.is_leased), 0)),
    min(p.available_at) filter (where not p.is_held)
  into members, processing, retrying, oldest
  from (
    select cardinality(f.message_ids) as members, f.available_at, f.lease_token is not null as is_leased,
      coalesce(f.lease_expires_at > statement_timestamp(), false) as is_held
    from millrace.first_parcels(in_queue, level, most, since) as f
  ) as p;
end
$$;
