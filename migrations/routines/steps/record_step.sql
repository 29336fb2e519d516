-- Records that a handler in steps has finished one of them, fenced by the lease: what a consumer has done that lost its delivery in
-- the meantime is not recorded, and whoever has the delivery now does it again. The step gives the delivery all its attempts again.
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
  in_queue := millrace.hold_for_step(queue, id, token);
  if in_queue is null then
    return false;
  end if;
  insert into millrace.step (message_id, queue_id, number, version, name, result, started_at)
  values (
    id, in_queue, number, version, name, result, statement_timestamp() - make_interval(secs => greatest(0, ms) / 1000)
  )
  on conflict on constraint step_is_unique do nothing;
  if found then
    perform millrace.begin_attempts_anew(in_queue, id);
    return true;
  end if;
  -- The answer to this very call was lost, or its caller has lost count.
  select format('%s "%s"', s.kind, s.name) into recorded
  from millrace.step s
  where s.message_id = record_step.id and s.queue_id = in_queue and s.number = record_step.number;
  if recorded <> format('step "%s"', name) then
    raise 'step % is the % already', number, recorded using errcode = 'MR002', detail = '/number';
  end if;
  return true;
end
$$;

comment on function millrace.record_step is
  'Records a finished step of a held delivery, for consumers whose handlers work in steps. number: from 0 to 249, one after '
  'the other; version: 1 to 32767, the handler''s; name: 1 to 100 characters; result: at most 16,384 bytes in 100 levels, or null; '
  'ms: how long it took. Answers false, and records nothing, when the lease is lost. May be repeated. Errors: MR002 unfit argument, or the '
  'number has another step; MR006 unknown queue.';
grant execute on function millrace.record_step to millrace_consumer;
