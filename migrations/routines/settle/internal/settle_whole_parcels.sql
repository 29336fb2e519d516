-- Ends parcels for the common case that all members of all parcels of each token are done, and are told in the order in which
-- they were claimed: found out by comparing lists, it costs a fraction of taking them apart. apart: members that end otherwise,
-- which become single deliveries here, while the others of their parcel are ended as ever. Answers how many deliveries have
-- ended, which is all of them; or 0 when it is not the common case, and null when no token holds a parcel, and then nothing has
-- changed. settle calls it.
create or replace function millrace.settle_whole_parcels(in_queue smallint, done jsonb, apart uuid[]) returns bigint
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
  ids uuid[];
  reached integer;
  ended integer := 0;
  places tid[] := '{}';
  -- Where the run times of each parcel's members begin in those of all claims.
  firsts integer[] := '{}';
  -- The same of those that have members which end otherwise.
  parted tid[] := '{}';
  parted_firsts integer[] := '{}';
  run_ms real[] := '{}';
begin
  if not exists (
    select from millrace.parcel p
    where p.lease_token = any (array(select (c ->> 'token')::uuid from jsonb_array_elements(done) as c))
  ) then
    return null;
  end if;
  for claim in
    select c.token, c.ids, c.ms from jsonb_to_recordset(done) as c(token uuid, ids uuid[], ms real[])
  loop
    reached := 0;
    for held in
      select p.ctid as place, p.message_ids, p.message_ids && apart as is_parted
      from millrace.parcel p
      where p.lease_token = claim.token and p.queue_id + 0 = in_queue
      order by p.priority, p.available_at, p.sequence
      -- A concurrent call with the same results waits here for this one's commit, and then finds no lease any more.
      for update
    loop
      ids := held.message_ids;
      if held.is_parted then
        ids := array(
          select m.id from unnest(ids) with ordinality as m(id, position) where m.id <> all (apart) order by m.position
        );
      end if;
      -- A token that is there twice is not the common case, either.
      if ids is distinct from claim.ids[reached + 1:reached + cardinality(ids)] or held.place = any (places || parted) then
        return 0;
      end if;
      if held.is_parted then
        parted := parted || held.place;
        parted_firsts := parted_firsts || ended + reached + 1;
      else
        places := places || held.place;
        firsts := firsts || ended + reached + 1;
      end if;
      reached := reached + cardinality(ids);
    end loop;
    -- Nor is a claim whose ids or run times were left out.
    if reached is distinct from cardinality(claim.ids) or reached is distinct from cardinality(claim.ms) then
      return 0;
    end if;
    run_ms := run_ms || claim.ms;
    ended := ended + reached;
  end loop;

  with gone as (
    delete from millrace.parcel p
    using unnest(places, firsts) as c(place, first)
    where p.ctid = c.place
    returning p.lease_token, p.message_ids, c.first
  )
  insert into millrace.done_attempts (first_id, lease_token, queue_id, attempt, message_ids, run_ms)
  select g.message_ids[1], g.lease_token, in_queue, 1, g.message_ids,
    run_ms[g.first:g.first + cardinality(g.message_ids) - 1]
  from gone g;
  if parted <> '{}' then
    insert into millrace.done_attempts (first_id, lease_token, queue_id, attempt, message_ids, run_ms)
    select m.ids[1], p.lease_token, in_queue, 1, m.ids, run_ms[c.first:c.first + cardinality(m.ids) - 1]
    from unnest(parted, parted_firsts) as c(place, first)
    join millrace.parcel p on p.ctid = c.place
    cross join lateral (
      select array_agg(m.id order by m.position) as ids
      from unnest(p.message_ids) with ordinality as m(id, position)
      where m.id <> all (apart)
    ) as m
    where m.ids is not null;
    perform millrace.part(parted, apart);
  end if;
  return ended;
end
$$;
