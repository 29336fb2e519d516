-- Removes chords that ended longer ago than the default retention, the oldest first, with up to 10,000 rows of members a call;
-- answers whether there may be more. maintain calls it.
create or replace function millrace.forget_chords() returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
as $$
declare
  most constant integer := 10000;
  ids constant uuid[] := array(
    select c.id
    from millrace.chord c
    where c.ended_at < statement_timestamp() - (select make_interval(days => s.retention_days) from millrace.setting s)
    order by c.ended_at
    limit 1000
  );
  gone integer;
begin
  if ids = '{}' then
    return false;
  end if;
  delete from millrace.chord_members m
  where m.ctid = any (array(select o.ctid from millrace.chord_members o where o.chord_id = any (ids) limit most));
  get diagnostics gone = row_count;
  delete from millrace.chord c
  where c.id = any (ids) and not exists (select from millrace.chord_members m where m.chord_id = c.id);
  return gone = most or cardinality(ids) = 1000;
end
$$;
