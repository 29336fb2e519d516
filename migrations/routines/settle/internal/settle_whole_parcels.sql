-- Ends parcels for the common case that all members of all parcels of each token are done, and are told in the order in which
-- they were claimed: found out by comparing lists, it costs a fraction of taking them apart. Answers how many deliveries have
-- ended, which is all of them, or 0 when it is not the common case, and nothing has changed. settle_parcels calls it.
create or replace function millrace.settle_whole_parcels(in_queue smallint, done jsonb) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in settle_done: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  claim record;
  held record;
  reached integer;
  ended bigint := 0;
  places tid[] := '{}';
begin
  for claim in
    select c.token, c.ids, c.ms from jsonb_to_recordset(done) as c(token uuid, ids uuid[], ms real[])
  loop
    reached := 0;
    for held in
      select p.ctid as place, p.message_ids, cardinality(p.message_ids) as members
      from millrace.parcel p
      where p.lease_token = claim.token and p.queue_id + 0 = in_queue
      order by p.priority, p.available_at, p.sequence
      -- A concurrent call with the same results waits here for this one's commit, and then finds no lease any more.
      for update
    loop
      -- A token that is there twice is not the common case, either.
      if held.message_ids is distinct from claim.ids[reached + 1:reached + held.members] or held.place = any (places) then
        return 0;
      end if;
      reached := reached + held.members;
      places := places || held.place;
    end loop;
    -- Nor is a claim whose ids or run times were left out.
    if reached is distinct from cardinality(claim.ids) or reached is distinct from cardinality(claim.ms) then
      return 0;
    end if;
    ended := ended + reached;
  end loop;

  with gone as (
    delete from millrace.parcel p where p.ctid = any (places)
    returning p.lease_token, p.priority, p.available_at, p.sequence, p.message_ids
  ),
  placed as (
    select g.lease_token, g.message_ids,
      sum(cardinality(g.message_ids)) over (
        partition by g.lease_token order by g.priority, g.available_at, g.sequence
      ) as reached
    from gone g
  )
  insert into millrace.done_attempts (first_id, lease_token, queue_id, attempt, message_ids, run_ms)
  select p.message_ids[1], p.lease_token, in_queue, 1, p.message_ids,
    c.ms[p.reached - cardinality(p.message_ids) + 1:p.reached]
  from jsonb_to_recordset(done) as c(token uuid, ms real[])
  join placed p on p.lease_token = c.token;
  return ended;
end
$$;
