-- Gives a delivery that its caller holds back until a time, as settle does with a snooze: no attempt is spent, it is no suspect any
-- more, and its token stays, by which its consumer's own settle is recognised as a repeated one. sleep_in_steps and wait_in_steps call it.
create or replace function millrace.snooze_until(in_queue smallint, id uuid, until timestamptz, ms double precision) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  held millrace.delivery;
begin
  update millrace.delivery d
  set available_at = until, lease_expires_at = null, lost_leases = null, attempt = d.attempt - 1
  -- Served by the primary key alone; settle_done explains this form.
  where d.message_id = any (array[snooze_until.id]) and d.queue_id + 0 = in_queue
  returning d.* into held;
  insert into millrace.attempt (message_id, lease_token, started_at, outcome, queue_id, attempt)
  values (
    id, held.lease_token, statement_timestamp() - make_interval(secs => greatest(0, ms) / 1000), 'snooze', in_queue,
    held.attempt + 1
  );
  if held.fairness_key is not null then
    perform millrace.seat_next(q, array[held.fairness_key])
    from millrace.queue q
    where q.id = in_queue and q.max_in_flight_per_key is not null;
  end if;
  -- Its place under the queue's limit, if it has one. Who settles the snooze would give it back, too, if he lives to do so.
  delete from millrace.in_flight f
  where f.queue_id = in_queue and f.message_id = snooze_until.id and f.lease_token = held.lease_token;
end
$$;
