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
  -- What of the claim's parcels is not in apart, one after the other.
  ids uuid[];
  ended integer := 0;
  places tid[] := '{}';
  -- Where the run times of each parcel's members begin in those of all claims.
  firsts integer[] := '{}';
  -- The same of those that have members which end otherwise.
  parted tid[] := '{}';
  parted_firsts integer[] := '{}';
  run_ms real[] := '{}';
  tokens uuid[] := '{}';
  relayed uuid[] := '{}';
begin
  for claim in
    select c.* from jsonb_to_recordset(done) as c(token uuid, ids text, ms real[], relayed boolean)
  loop
    ids := '{}';
    for held in
      select p.ctid as place, p.message_ids, p.message_ids && apart as is_parted
      from millrace.parcel p
      where p.lease_token = claim.token and p.queue_id + 0 = in_queue
      order by p.priority, p.available_at, p.sequence
      -- A concurrent call with the same results waits here for this one's commit, and then finds no lease any more.
      for update
    loop
      if held.is_parted then
        parted := parted || held.place;
        parted_firsts := parted_firsts || ended + cardinality(ids) + 1;
        ids := ids || array(
          select m.id
          from unnest(held.message_ids) with ordinality as m(id, position)
          where m.id <> all (apart)
          order by m.position
        );
      else
        places := places || held.place;
        firsts := firsts || ended + cardinality(ids) + 1;
        ids := ids || held.message_ids;
      end if;
    end loop;
    -- As texts: to write ids takes half as long as to read them. A list says the same in other words, and takes the longer way.
    -- Nor is it the common case when run times were left out, or a token is there twice.
    if ids::text is distinct from claim.ids or cardinality(ids) is distinct from cardinality(claim.ms)
      or claim.token = any (tokens)
    then
      return case when exists (
        select from millrace.parcel p
        where p.lease_token = any (array(select (c ->> 'token')::uuid from jsonb_array_elements(done) as c))
      ) then 0 end;
    end if;
    tokens := tokens || claim.token;
    if claim.relayed then
      relayed := relayed || claim.token;
    end if;
    run_ms := run_ms || claim.ms;
    ended := ended + cardinality(ids);
  end loop;

  with gone as (
    delete from millrace.parcel p
    using unnest(places, firsts) as c(place, first)
    where p.ctid = c.place
    returning p.lease_token, p.message_ids, c.first
  )
  insert into millrace.done_attempts (first_id, lease_token, queue_id, attempt, message_ids, run_ms)
  select g.message_ids[1], g.lease_token, in_queue, case when g.lease_token = any (relayed) then 0 else 1 end, g.message_ids,
    run_ms[g.first:g.first + cardinality(g.message_ids) - 1]
  from gone g;
  if parted <> '{}' then
    insert into millrace.done_attempts (first_id, lease_token, queue_id, attempt, message_ids, run_ms)
    select m.ids[1], p.lease_token, in_queue, case when p.lease_token = any (relayed) then 0 else 1 end, m.ids,
      run_ms[c.first:c.first + cardinality(m.ids) - 1]
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
