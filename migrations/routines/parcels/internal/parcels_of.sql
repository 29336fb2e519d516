-- The parcels that a message is in, one for each queue in which it has not been parted from the others. Nothing is locked.
create or replace function millrace.parcels_of(id uuid) returns setof millrace.parcel
language sql stable
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  select p.*
  from millrace.parcel p
  where p.first_id between millrace.span_start(parcels_of.id) and millrace.span_end(parcels_of.id)
    and parcels_of.id = any (p.message_ids)
$$;
