-- The first parcels of one priority level of a queue, in the order of claims, behind a position and until they have had so many
-- members: for whoever counts or lists deliveries up to a bound. A bound on rows alone would not do, since a parcel has 1 to
-- 100 members. Nothing is locked.
create or replace function millrace.first_parcels(
  in_queue smallint, level integer, most integer, behind_at timestamptz default '-infinity', behind_sequence bigint default 0
) returns setof millrace.parcel
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  next millrace.parcel;
  members integer := 0;
begin
  for next in
    select p.*
    from millrace.parcel p
    where p.queue_id = in_queue and p.priority = level
      and (p.available_at, p.sequence) > (behind_at, behind_sequence)
    order by p.available_at, p.sequence
  loop
    exit when members >= most;
    return next next;
    members := members + cardinality(next.message_ids);
  end loop;
end
$$;
