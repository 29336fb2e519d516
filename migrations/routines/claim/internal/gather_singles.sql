-- Gathers deliveries that claim_fresh has found and locked, given in claim order: places say where they lie, and the other lists
-- what each is. Of at least ten in a row that may be gathered, since they are of one priority and span, the rows become parcels
-- of up to 100 members, leased, which hold what part needs to give each its row again. Answers the places of the others, which
-- are to be leased where they are: what one row saves there is less than what parting it costs.
create or replace function millrace.gather_singles(
  in_queue smallint, token uuid, lease_end timestamptz, places tid[], ids uuid[], priorities smallint[],
  available_ats timestamptz[], sequences bigint[], kibs smallint[], spans text[]
) returns tid[]
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in claim_fresh: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set jit = off
as $$
declare
  members constant integer := cardinality(places);
  -- Where each run ends, mostly one for all.
  ends integer[] := array[members];
  reached integer := 0;
  gathered tid[] := '{}';
  others tid[] := '{}';
  run_end integer;
begin
  if cardinality(array_positions(spans, spans[1])) < members or priorities[1] <> priorities[members] then
    ends := array(
      select r.position
      from (
        select s.position, s.span, s.priority, lead(s.span) over w as next_span, lead(s.priority) over w as next_priority
        from unnest(spans, priorities[:members]) with ordinality as s(span, priority, position)
        window w as (order by s.position)
      ) as r
      where r.span is distinct from r.next_span or r.priority is distinct from r.next_priority
      order by r.position
    );
  end if;

  foreach run_end in array ends loop
    if run_end - reached >= 10 and spans[run_end] is not null then
      gathered := gathered || places[reached + 1:run_end];
      for head in reached + 1..run_end by 100 loop
        insert into millrace.parcel (
          queue_id, priority, available_at, lease_expires_at, lease_token, first_id, message_ids, kibs, sequences, available_ats
        )
        values (
          in_queue, priorities[head], available_ats[head], lease_end, token, ids[head],
          ids[head:least(head + 99, run_end)], kibs[head:least(head + 99, run_end)],
          sequences[head:least(head + 99, run_end)], available_ats[head:least(head + 99, run_end)]
        );
      end loop;
    else
      others := others || places[reached + 1:run_end];
    end if;
    reached := run_end;
  end loop;

  -- All are locked, so none of them can move, and each is found by its place without a second look-up in an index.
  if gathered <> '{}' then
    delete from millrace.delivery d where d.ctid = any (gathered);
  end if;
  return others;
end
$$;
