-- Lets a handler in steps wait for an event that somebody sends to its message, or tells it what has come: fenced by the lease, as
-- record_step. While nothing has come, the delivery is given back in the same transaction, as a snooze until the time to wait is over,
-- and send_event makes it due before that. What has come is recorded as the result of this step, so that each later attempt finds the same.
-- It gives the delivery all its attempts again when it begins, as a sleep does. Repeated, it answers the same.
create or replace function millrace.wait_in_steps(
  queue text, id uuid, token uuid, number integer, version integer, name text, seconds double precision, ms double precision
) returns json
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
  entry millrace.step;
  came json;
begin
  perform millrace.require_steps_read_committed();
  entry := millrace.begin_pause(queue, id, token, number, version, name, 'event', seconds);
  if entry.message_id is null then
    return json_build_object('state', millrace.state_without_lease(queue, id, token));
  end if;
  if entry.finished_at is null then
    -- Whoever sends an event holds this row until it is there to be seen, and then makes due what waits; so either the look below
    -- finds the event, or its sender finds this delivery given back. A sender is not waited for, since he may wait for this
    -- delivery: a second later he has come to his end.
    perform from millrace.message m where m.id = wait_in_steps.id for no key update skip locked;
    if not found then
      perform millrace.snooze_until(entry.queue_id, id, now + interval '1 second', ms);
      return json_build_object('state', 'asleep');
    end if;
    select e.payload into came
    from millrace.event e
    where e.message_id = wait_in_steps.id and e.name = wait_in_steps.name;
    if came is null and entry.due_at > now then
      perform millrace.snooze_until(entry.queue_id, id, entry.due_at, ms);
      return json_build_object('state', 'asleep');
    end if;
    update millrace.step s
    set finished_at = now, result = came
    where s.message_id = wait_in_steps.id and s.queue_id = entry.queue_id and s.number = wait_in_steps.number
    returning s.* into entry;
  end if;
  if entry.result is null then
    return json_build_object('state', 'over');
  end if;
  return json_build_object('state', 'over', 'payload', entry.result);
end
$$;

comment on function millrace.wait_in_steps is
  'Waits, among the steps of a held delivery, for the event of that name that send_event sends to its message. number, version and '
  'name as in record_step; seconds: for how long at most, 0 to 31,536,000, from when it began; ms: how long the handler ran. Answers '
  '{"state", "payload"}. state asleep: the delivery is given back until the event comes or the time is over, as by a snooze, and its '
  'handler is to end; over: it is to go on, with the event''s payload, or without one when none has come in time; or lost: nothing was recorded, as '
  'the lease is lost. May be repeated. Errors: MR002 unfit argument, or the number has another step; MR005 above read committed; '
  'MR006 unknown queue.';
grant execute on function millrace.wait_in_steps to millrace_consumer;
