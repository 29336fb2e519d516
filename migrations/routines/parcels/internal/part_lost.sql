-- Parts parcels of a queue whose lease ran out, up to ten of them: their members are suspects, and those are told apart.
-- claim_suspects calls it before it looks for some.
create or replace function millrace.part_lost(in_queue smallint) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  places tid[];
begin
  places := array(
    select p.ctid
    from millrace.parcel p
    where p.queue_id = in_queue and p.lease_expires_at <= statement_timestamp()
    order by p.lease_expires_at
    limit 10
    -- What somebody else has hold of, another consumer or the holder who settles late, is his.
    for update skip locked
  );
  if places <> '{}' then
    perform millrace.part(places);
  end if;
end
$$;
