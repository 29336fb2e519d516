-- Begins the sleep of a handler in steps, or ends it when its time has come: fenced by the lease, as record_step. While it is not
-- over, the delivery is given back in the same transaction, as a snooze that lasts until then: when the caller hears of it, the
-- handler has ended. The consumer settles that snooze as any other, and it counts as repeated.
-- Repeated, it answers the same.
create or replace function millrace.sleep_in_steps(
  queue text, id uuid, token uuid, number integer, version integer, name text, seconds double precision, ms double precision
) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
-- A custom plan for the values of this call would come out the same.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  now constant timestamptz := statement_timestamp();
  entry constant millrace.step := millrace.begin_pause(queue, id, token, number, version, name, 'sleep', seconds);
begin
  if entry.message_id is null then
    return millrace.state_without_lease(queue, id, token);
  end if;
  if entry.due_at > now then
    perform millrace.snooze_until(entry.queue_id, id, entry.due_at, ms);
    return 'asleep';
  end if;
  update millrace.step s
  set finished_at = now
  where s.message_id = sleep_in_steps.id and s.queue_id = entry.queue_id and s.number = sleep_in_steps.number and s.finished_at is null;
  return 'over';
end
$$;

comment on function millrace.sleep_in_steps is
  'Begins a sleep among the steps of a held delivery, or ends it when its time has come. number, version and name as in '
  'record_step; seconds: 0 to 31,536,000, from when it began; ms: how long the handler ran. Answers asleep: the delivery is given '
  'back until then, as by a snooze, and its handler is to end; over: it is to go on; or lost: nothing was recorded, as the lease '
  'is lost. May be repeated. Errors: MR002 unfit argument, or the number has another step; MR006 unknown queue.';
grant execute on function millrace.sleep_in_steps to millrace_consumer;
