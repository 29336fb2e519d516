-- What a sleep or a wait answers a consumer whose token does not hold the delivery: asleep when it is the call itself that has given the
-- delivery back, and its answer was lost; else lost. sleep_in_steps and wait_in_steps call it.
create or replace function millrace.state_without_lease(queue text, id uuid, token uuid) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- A plan for this id would come out the same; kept, it opens the partition of the id alone.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
begin
  return case when exists (
    select from millrace.attempt a
    where a.message_id = state_without_lease.id and a.lease_token = state_without_lease.token and a.outcome = 'snooze'
      and a.queue_id = (select q.id from millrace.queue q where q.name = state_without_lease.queue)
  ) then 'asleep' else 'lost' end;
end
$$;
