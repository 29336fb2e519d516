-- What the attempt that is running has told of its progress: {fraction, note, at}; null when it has told none. What was told under
-- an earlier lease stays in the row, and counts no more. status shows it.
create or replace function millrace.progress_of(message_id uuid, queue text) returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
as $$
  select d.progress - 'token'
  from millrace.queue q
  -- Served by the primary key alone; settle_done explains this form.
  join millrace.delivery d on d.message_id = progress_of.message_id and d.queue_id + 0 = q.id
  where q.name = progress_of.queue and (d.progress ->> 'token')::uuid = d.lease_token
$$;
