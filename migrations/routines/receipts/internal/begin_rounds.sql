-- Begins the next round of deliveries of one queue that are sent to SQS on purpose once more: copies of all earlier rounds are
-- superseded from here on. The caller makes the deliveries afterwards, where they are not live yet. begin_rounds_of and replay
-- call it, with the letters locked.
create or replace function millrace.begin_rounds(in_queue smallint, ids uuid[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in settle_done: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
begin
  insert into millrace.receipt (message_id, queue_id)
  select i.id, in_queue from unnest(ids) as i(id) order by i.id
  on conflict (message_id, queue_id) do nothing;

  perform
  from millrace.receipt r
  -- Served by the primary key alone; settle_done explains this form.
  where r.message_id = any (ids) and r.queue_id + 0 = in_queue
  order by r.message_id
  -- Waits for whoever settles a copy at this moment: that one came in time, or finds that it is superseded.
  for update;
  -- In a statement of its own, which sees what those who were waited for have made of it.
  update millrace.receipt r
  set round = r.round + 1, attempts = 0, outcome = null, lease_token = null, lease_expires_at = null, due_at = null,
    ended_at = null, lost_leases = null, kept_until = current_date + 30
  where r.message_id = any (ids) and r.queue_id + 0 = in_queue;
  perform millrace.take_back(in_queue, ids);
end
$$;
