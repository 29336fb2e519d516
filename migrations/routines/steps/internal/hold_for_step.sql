-- Locks a delivery for what its holder records of its steps, and answers the number of its queue; null when the token does not hold
-- it. Raises MR006 for an unknown queue. record_step and begin_pause call it.
create or replace function millrace.hold_for_step(queue text, id uuid, token uuid) returns smallint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  in_queue smallint;
begin
  select q.id into in_queue from millrace.queue q where q.name = hold_for_step.queue;
  if not found then
    raise 'no queue is named "%"', queue using errcode = 'MR006';
  end if;
  -- Only a single delivery keeps its lease while others of its claim end.
  perform millrace.part_held(in_queue, array[token], array[id]);
  perform from millrace.delivery d
  -- Served by the primary key alone; settle_done explains this form.
  where d.message_id = any (array[hold_for_step.id]) and d.queue_id + 0 = in_queue
    and d.lease_token = hold_for_step.token
    -- A released delivery keeps its last token, without a lease.
    and d.lease_expires_at is not null
  -- Nobody may end or take over the delivery between the look and the record. No weaker lock: claim_fresh says why nobody shares one.
  for update;
  return case when found then in_queue end;
end
$$;
