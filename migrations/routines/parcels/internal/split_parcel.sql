-- Splits a parcel, whose row is locked: its first members go into one of their own, under the given lease, and the others keep
-- its place, under none. For a claim that asks for fewer than the parcel has.
create or replace function millrace.split_parcel(
  place tid, members integer, token uuid, lease_expires_at timestamptz
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  parcel millrace.parcel;
begin
  select p.* into parcel from millrace.parcel p where p.ctid = place;
  update millrace.parcel p
  set first_id = p.message_ids[members + 1], message_ids = p.message_ids[members + 1:], kibs = p.kibs[members + 1:],
    lease_token = null, lease_expires_at = null
  where p.ctid = place;
  insert into millrace.parcel (
    queue_id, priority, available_at, lease_token, lease_expires_at, first_id, message_ids, kibs
  )
  values (
    parcel.queue_id, parcel.priority, parcel.available_at, token, split_parcel.lease_expires_at, parcel.first_id,
    parcel.message_ids[:members], parcel.kibs[:members]
  );
end
$$;
