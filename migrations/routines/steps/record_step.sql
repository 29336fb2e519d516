-- Records that a handler in steps has finished one of them, fenced by the lease: what a consumer has done that lost its delivery in
-- the meantime is not recorded, and whoever has the delivery now does it again. The step gives the delivery all its attempts again,
-- since they count how often one and the same thing was tried.
-- Repeated, it changes nothing and answers the same.
create or replace function millrace.record_step(
  queue text, id uuid, token uuid, number integer, version integer, name text, result json, ms double precision
) returns boolean
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
  in_queue smallint;
  recorded text;
begin
  perform millrace.require_step(number, version, name, result);
  select q.id into in_queue from millrace.queue q where q.name = record_step.queue;
  if not found then
    raise 'no queue is named "%"', queue using errcode = 'MR006';
  end if;
  -- Only a single delivery keeps its lease while others of its claim end.
  perform millrace.part_held(in_queue, array[token], array[id]);
  perform from millrace.delivery d
  -- Served by the primary key alone; settle_done explains this form.
  where d.message_id = any (array[record_step.id]) and d.queue_id + 0 = in_queue
    and d.lease_token = record_step.token
    -- A released delivery keeps its last token, without a lease.
    and d.lease_expires_at is not null
  -- Nobody may end or take over the delivery between the look and the record. No weaker lock: claim_fresh says why nobody shares one.
  for update;
  if not found then
    return false;
  end if;
  insert into millrace.step (message_id, queue_id, number, version, name, result, started_at)
  values (
    id, in_queue, number, version, name, result, statement_timestamp() - make_interval(secs => greatest(0, ms) / 1000)
  )
  on conflict on constraint step_is_unique do nothing;
  if not found then
    -- The answer to this very call was lost, or its caller has lost count.
    select s.name into recorded
    from millrace.step s
    where s.message_id = record_step.id and s.queue_id = in_queue and s.number = record_step.number;
    if recorded <> name then
      raise 'step % is "%" already', number, recorded using errcode = 'MR002', detail = '/number';
    end if;
    return true;
  end if;
  update millrace.delivery d
  set attempt = 1
  where d.message_id = any (array[record_step.id]) and d.queue_id + 0 = in_queue and d.attempt > 1;
  update millrace.queue q set has_steps = true where q.id = in_queue and not q.has_steps;
  return true;
end
$$;

comment on function millrace.record_step is
  'Records a finished step of a held delivery, for consumers whose handlers work in steps. number: from 0 to 249, one after '
  'the other; version: 1 to 32767, the handler''s; name: 1 to 100 characters; result: at most 16,384 bytes, or null; ms: how long '
  'it took. Answers false, and records nothing, when the lease is lost. May be repeated. Errors: MR002 unfit argument, or the '
  'number has another step; MR006 unknown queue.';
grant execute on function millrace.record_step to millrace_consumer;
