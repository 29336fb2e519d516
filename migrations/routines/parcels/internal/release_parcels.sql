-- Gives back what a token holds in parcels beyond the first so many members, for a claim that is repeated because its answer was
-- too large for whoever was to take it. Answers whether anything was given back. held_deliveries calls it.
create or replace function millrace.release_parcels(in_queue smallint, token uuid, keep integer) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  held record;
  kept integer := 0;
  is_released boolean := false;
begin
  for held in
    select p.ctid as place, cardinality(p.message_ids) as members, p.lease_expires_at
    from millrace.parcel p
    where p.lease_token = release_parcels.token and p.queue_id + 0 = in_queue
    order by p.priority, p.available_at, p.sequence
    -- Waits for a settle of the same token, should one be under way.
    for update
  loop
    if kept + held.members <= keep then
      kept := kept + held.members;
      continue;
    end if;
    is_released := true;
    if kept = 0 then
      perform millrace.split_parcel(held.place, keep, token, held.lease_expires_at);
      kept := keep;
    else
      update millrace.parcel p set lease_token = null, lease_expires_at = null where p.ctid = held.place;
    end if;
  end loop;
  return is_released;
end
$$;
