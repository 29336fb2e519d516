-- What is recorded of a delivery's steps, in their order. Whoever handles the delivery asks before its handler goes on; a lease lost in
-- the meantime is found out when the next step is recorded.
create or replace function millrace.recorded_steps(queue text, id uuid) returns json
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
-- A plan for this id would come out the same; kept, it opens the partition of the id alone.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
begin
  return (
    select json_agg(millrace.recorded_step(s) order by s.number)
    from millrace.queue q
    join millrace.step s on s.message_id = recorded_steps.id and s.queue_id = q.id
    where q.name = recorded_steps.queue
  );
end
$$;

comment on function millrace.recorded_steps is
  'Answers what is recorded of the steps of a delivery, in their order: [{version, name, kind, isOpen, result}], without the '
  'result of one that gave nothing, or null when nothing is recorded. kind: step, sleep or event; isOpen: whether it is a sleep, '
  'or a wait for an event, that is not known to have ended. To be asked after the claim, and before the handler goes on.';
grant execute on function millrace.recorded_steps to millrace_consumer;
