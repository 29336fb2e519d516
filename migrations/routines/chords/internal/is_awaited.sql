-- Whether an open chord has not counted a message yet whose id is at least lowest and at most highest: it and its attempts must be kept
-- until then. Retention asks, of a week or of one message.
create or replace function millrace.is_awaited(lowest uuid, highest uuid) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  select exists (
    select
    from millrace.chord_members m
    join millrace.chord c on c.id = m.chord_id and c.ended_at is null
    where m.done is null and m.first_id >= millrace.span_start(lowest) and m.first_id <= highest
  )
$$;
