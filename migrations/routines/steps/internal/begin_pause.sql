-- Begins a sleep, or a wait for an event, of a delivery that the token holds, or finds it as it was begun before: answers its record, and
-- null when the lease is lost. It gives the delivery all its attempts again when it begins: what comes after it was not tried before.
-- sleep_in_steps and wait_in_steps call it.
create or replace function millrace.begin_pause(
  queue text, id uuid, token uuid, number integer, version integer, name text, kind text, seconds double precision
) returns millrace.step
language plpgsql volatile
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
  in_queue smallint;
  entry millrace.step;
begin
  perform millrace.require_step(number, version, name, null);
  if seconds is null or not seconds between 0 and 31536000 then
    raise 'a sleep or a wait takes 0 to 31536000 seconds, got %', seconds using errcode = 'MR002', detail = '/seconds';
  end if;
  in_queue := millrace.hold_for_step(queue, id, token);
  if in_queue is null then
    return null;
  end if;
  insert into millrace.step (message_id, queue_id, number, version, name, kind, started_at, due_at, finished_at)
  values (id, in_queue, number, version, name, kind, now, now + make_interval(secs => seconds), null)
  on conflict on constraint step_is_unique do nothing;
  if found then
    perform millrace.begin_attempts_anew(in_queue, id);
  end if;
  select s.* into entry
  from millrace.step s
  where s.message_id = begin_pause.id and s.queue_id = in_queue and s.number = begin_pause.number;
  if entry.kind <> kind or entry.name <> name then
    raise 'step % is the % "%" already', number, entry.kind, entry.name using errcode = 'MR002', detail = '/number';
  end if;
  return entry;
end
$$;
