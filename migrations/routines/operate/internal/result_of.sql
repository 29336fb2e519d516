-- What the handler has returned as its result when the delivery was done; null when nothing. After a replay the newest counts.
-- status shows it.
create or replace function millrace.result_of(message_id uuid, queue text) returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
as $$
  select a.result
  from millrace.attempts_of(result_of.message_id) as a
  join millrace.queue q on q.id = a.queue_id
  where q.name = result_of.queue and a.outcome = 'done'
  order by a.finished_at desc
  limit 1
$$;
