-- Lets everything go that limits by key hold back in these queues, since the limits change or go: it stands at the time when it was
-- due, where the next claims find it and count anew. All at once, since of a queue without such limits nobody would go on with it:
-- what claims do not pay for, the deployment does. sync calls it, and maintain.
create or replace function millrace.let_go_of_keys(queues smallint[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
begin
  -- Who waits for a start of its key.
  update millrace.delivery d
  set available_at = coalesce(d.due_at, d.available_at)
  from millrace.limited_key l
  join millrace.queue q on q.id = l.queue_id and q.rate_per_key_starts is not null
  where l.queue_id = any (queues)
    -- Served by the primary key alone; settle_done explains this form.
    and d.message_id = any (l.message_ids)
    and d.queue_id + 0 = l.queue_id
    and (d.message_id = l.waiting_id or num_nonnulls(d.lease_expires_at, d.lost_leases) > 0)
    and d.available_at >= millrace.turns_end()
    and d.available_at < millrace.held_back_from();
  update millrace.limited_key l
  set version = l.version + 1, holds_back = false, seated_through = array_fill(l.held_through, array[9]), waiting_id = null
  where l.queue_id = any (queues) and (l.holds_back or l.waiting_id is not null);
  -- By the index in claim order, which has the levels before the time.
  update millrace.delivery d
  set available_at = d.due_at
  where d.queue_id = any (queues)
    and d.priority = any ('{1,2,3,4,5,6,7,8,9}')
    and d.available_at >= millrace.held_back_from()
    and d.available_at < millrace.paused_from();
end
$$;
