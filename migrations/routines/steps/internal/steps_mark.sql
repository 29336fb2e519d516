-- A text that changes whenever a step of a delivery is recorded, or ends, or its message is sent an event; null when its queue has no
-- steps. revision has it.
create or replace function millrace.steps_mark(message_id uuid, queue text) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- A plan for this id would come out the same; kept, it opens the partition of the id alone.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  in_queue smallint;
begin
  -- Whose handlers do not work in steps pays for this look alone.
  select q.id into in_queue from millrace.queue q where q.name = steps_mark.queue and q.has_steps;
  if not found then
    return null;
  end if;
  return (
    select concat(
      count(*), ' ', count(s.finished_at), ' ', extract(epoch from max(s.started_at)), ' ',
      (select count(*) from millrace.event e where e.message_id = steps_mark.message_id)
    )
    from millrace.step s
    where s.message_id = steps_mark.message_id and s.queue_id = in_queue
  );
end
$$;
