-- Parts the parcels that tokens hold and that have one of the messages, but for those that are being settled or extended at
-- this moment: as part_held, for whoever must not wait.
create or replace function millrace.part_free(queue text, tokens uuid[], ids uuid[]) returns void
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
    where p.lease_token = any (tokens) and p.message_ids && ids
      and p.queue_id + 0 = (select q.id from millrace.queue q where q.name = part_free.queue)
    for update skip locked
  );
  if places <> '{}' then
    perform millrace.part(places);
  end if;
end
$$;
