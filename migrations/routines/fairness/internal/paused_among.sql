-- Which of these keys of a fair queue are paused. They stay so until the caller's transaction ends: what is held back meanwhile is
-- there for the resume that comes next, which waits for this. One that is under way has the key already. hold_back and
-- hold_back_suspects call it.
create or replace function millrace.paused_among(in_queue smallint, keys text[]) returns text[]
language sql volatile
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  select array(
    select p.fairness_key
    from millrace.paused_key p
    where p.queue_id = in_queue and p.fairness_key = any (keys) and p.resumed_at is null
    for share skip locked
  )
$$;
