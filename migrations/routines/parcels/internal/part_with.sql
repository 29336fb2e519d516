-- Parts the parcels that messages are in, unless a consumer holds them: for whoever wants to cancel some of their members. A
-- parcel that somebody has locked is being claimed, settled or parted at this moment, and passed over like a single delivery
-- in that state. Parcels whose lease ran out are held by nobody any more, and parted as well.
create or replace function millrace.part_with(ids uuid[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  places tid[];
begin
  places := array(
    select p.ctid
    from millrace.parcel p
    where (p.queue_id, p.priority, p.available_at, p.sequence) in (
        select f.queue_id, f.priority, f.available_at, f.sequence
        from unnest(ids) as i(id)
        cross join lateral millrace.parcels_of(i.id) as f
      )
      and (p.lease_token is null or p.lease_expires_at <= statement_timestamp())
    -- Whoever locks several parcels locks them in the order of claims, or passes over what is locked.
    for update skip locked
  );
  if places <> '{}' then
    perform millrace.part(places);
  end if;
end
$$;
