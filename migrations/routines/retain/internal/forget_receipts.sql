-- Removes receipts of deliveries of which SQS cannot have a copy any more, the oldest first, up to 50,000 a call; answers whether
-- there may be more. maintain calls it.
create or replace function millrace.forget_receipts() returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
as $$
declare
  most constant integer := 50000;
  places constant tid[] := array(
    select r.ctid
    from millrace.receipt r
    where r.kept_until < current_date
    order by r.kept_until
    limit most
    -- What somebody has hold of is of use once more.
    for update skip locked
  );
begin
  delete from millrace.receipt r where r.ctid = any (places);
  return cardinality(places) = most;
end
$$;
