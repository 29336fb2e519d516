-- The members of the parcels that a token holds, as claim answers them: with their messages, or without. Members of a parcel
-- are answered in the order of their ids: they were enqueued at once, and ids are ordered by time. counts and available_ats say
-- of each parcel how many members it has and since when they have been due, in the order of claims. in_runs: what many have in
-- common is said once, as claim tells; most members of a parcel differ in nothing but ids and payloads, and the rest as lists was
-- a quarter of what this cost. claim and held_deliveries call it.
create or replace function millrace.held_parcels(
  in_queue smallint, token uuid, counts integer[], available_ats timestamptz[], with_messages boolean, in_runs boolean
) returns millrace.claimed
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in claim_fresh: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  waits bigint[] := '{}';
  members integer := 0;
  found_ones record;
  found_count integer := 0;
  answer millrace.claimed;
begin
  for place in 1..cardinality(counts) loop
    members := members + counts[place];
    -- As a double, since numeric would take several times as long.
    waits := waits || (date_part('epoch', statement_timestamp() - available_ats[place]) * 1000)::bigint;
  end loop;

  if with_messages then
    -- The messages of a parcel lie side by side in the primary key: one walk along its span, instead of a look-up for each.
    select array_agg(m.id) as ids, array_agg(m.type) as types, array_agg(m.version) as versions, json_agg(m.payload) as payloads,
      json_agg(m.headers) as headers, array_agg(m.created_at) as created_ats,
      bool_and(m.created_at = p.available_at) as are_of_their_parcel
    into found_ones
    from (
      select p.message_ids, p.available_at, millrace.span_start(p.first_id) as lowest, millrace.span_end(p.first_id) as highest
      from millrace.parcel p
      where p.lease_token = held_parcels.token and p.queue_id + 0 = in_queue
      order by p.priority, p.available_at, p.sequence
    ) as p
    cross join lateral (
      select m.id, m.type, m.version, m.payload, m.headers, m.created_at
      from millrace.message m
      where m.id between p.lowest and p.highest and m.id = any (p.message_ids)
      order by m.id
    ) as m;
    found_count := cardinality(found_ones.ids);
  end if;

  if found_count = members then
    answer.ids := to_json(found_ones.ids);
    answer.payloads := found_ones.payloads;
    answer.headers := found_ones.headers;
    if in_runs then
      answer.types := millrace.run_or_list(found_ones.types);
      answer.versions := millrace.run_or_list(found_ones.versions);
    else
      answer.types := to_json(found_ones.types);
      answer.versions := to_json(found_ones.versions);
    end if;
    -- They were enqueued when they became due, all at once.
    if in_runs and found_ones.are_of_their_parcel then
      answer.created_at := json_build_object('values', available_ats, 'counts', counts);
    else
      answer.created_at := to_json(found_ones.created_ats);
    end if;
  else
    -- Without messages, or where one was not found: claim looks again for those without a type.
    select json_agg(m.id), json_agg(m.type), json_agg(m.version), json_agg(m.payload), json_agg(m.headers),
      json_agg(m.created_at)
    into answer.ids, answer.types, answer.versions, answer.payloads, answer.headers, answer.created_at
    from (
      select i.id, m.type, m.version, m.payload, m.headers, m.created_at
      from millrace.parcel p
      cross join lateral unnest(p.message_ids) as i(id)
      left join millrace.message m on with_messages and m.id = i.id
      where p.lease_token = held_parcels.token and p.queue_id + 0 = in_queue
      order by p.priority, p.available_at, p.sequence, i.id
    ) as m;
  end if;

  -- A parcel has neither retries nor groups.
  if in_runs then
    answer.waited_ms := json_build_object('values', waits, 'counts', counts);
    answer.attempts := json_build_object('values', array[1], 'counts', array[members]);
    answer.group_keys := json_build_object('values', array[null::text], 'counts', array[members]);
  else
    select json_agg(w.waited_ms) into answer.waited_ms
    from unnest(waits, counts) as w(waited_ms, members)
    cross join generate_series(1, w.members);
    answer.attempts := to_json(array_fill(1, array[members]));
    answer.group_keys := to_json(array_fill(null::text, array[members]));
  end if;
  answer.has_more := false;
  return answer;
end
$$;
