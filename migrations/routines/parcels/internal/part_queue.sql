-- Parts the first parcels of a queue that nobody holds, until they have had so many members: for what walks through single
-- deliveries, such as a purge, or the claim of a queue that has got limits meanwhile. most: how many members at least, as far
-- as there are any.
create or replace function millrace.part_queue(in_queue smallint, most integer) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  free_ones cursor for
    select p.ctid as place, cardinality(p.message_ids) as members
    from millrace.parcel p
    where p.queue_id = in_queue and (p.lease_token is null or p.lease_expires_at <= statement_timestamp())
    order by p.priority, p.available_at, p.sequence
    -- What somebody else has hold of is his.
    for update skip locked;
  places tid[] := '{}';
  next record;
  members integer := 0;
begin
  open free_ones;
  -- Fetched one by one: a loop over the query would lock some more in advance.
  while members < most loop
    fetch free_ones into next;
    exit when not found;
    places := places || next.place;
    members := members + next.members;
  end loop;
  close free_ones;
  if places <> '{}' then
    perform millrace.part(places);
  end if;
end
$$;
