-- Makes the attempt that is under way the first one, after something new of a delivery's steps was recorded: attempts count how often one
-- and the same thing was tried. And notes that the queue has steps. record_step and begin_pause call it for a delivery
-- that they hold.
create or replace function millrace.begin_attempts_anew(in_queue smallint, id uuid) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
begin
  update millrace.delivery d
  set attempt = 1
  where d.message_id = any (array[begin_attempts_anew.id]) and d.queue_id + 0 = in_queue and d.attempt > 1;
  update millrace.queue q set has_steps = true where q.id = in_queue and not q.has_steps;
end
$$;
