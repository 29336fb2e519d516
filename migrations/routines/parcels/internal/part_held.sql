-- Parts the parcels that tokens hold, all of them or those that have one of the messages: for what befalls single deliveries
-- under a lease, such as a retry, a release or a report of progress. Waits for a settle of the same parcel, should one be under
-- way, in the order of claims.
create or replace function millrace.part_held(in_queue smallint, tokens uuid[], ids uuid[] default null) returns void
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
    where p.lease_token = any (tokens) and p.queue_id + 0 = in_queue and (ids is null or p.message_ids && ids)
    order by p.priority, p.available_at, p.sequence
    for update
  );
  if places <> '{}' then
    perform millrace.part(places);
  end if;
end
$$;
