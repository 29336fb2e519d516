-- Removes slots of the history that nobody can ask for any more: minutes after 2 hours, quarters of an hour after 26, hours after
-- 8 days; of each kind up to 50,000 rows a call. maintain calls it.
create or replace function millrace.forget_history() returns void
language sql volatile
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  delete from millrace.queue_history h
  where h.ctid = any (array(
    select o.ctid
    from (values (60, interval '2 hours'), (900, interval '26 hours'), (3600, interval '8 days')) as k(seconds, kept)
    cross join lateral (
      select e.ctid
      from millrace.queue_history e
      where e.slot_seconds = k.seconds and e.slot_at < statement_timestamp() - k.kept
      limit 50000
    ) as o
  ))
$$;
