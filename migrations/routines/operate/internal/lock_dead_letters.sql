-- Locks the dead letters that fit a filter, which matching_dead_letters explains, until the caller's transaction ends:
-- up to max_count (at most 10,000), queue by queue, in each the oldest first. Answers where they lie, and whether more
-- of them fit. Those that somebody else is redriving or discarding at this moment are left to them, and not counted.
-- The oldest come first so that the members of a group come back in its order, portion after portion, and so that what
-- dies again meanwhile is not sent round before what waits. redrive and discard call it.
create or replace function millrace.lock_dead_letters(
  filter jsonb, max_count integer, out places tid[], out has_more boolean
)
language plpgsql
set search_path = pg_catalog, pg_temp
-- The time zone is fixed for the reason that stands in enqueue_at_any_depth.
set timezone = 'UTC'
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  most constant integer := greatest(0, least(max_count, 10000));
  in_queue smallint;
begin
  perform millrace.require_filter(filter);
  places := '{}';
  for in_queue in
    select q.id from millrace.queue q where filter ->> 'queue' is null or q.name = filter ->> 'queue' order by q.id
  loop
    -- One more than asked for, which tells whether there are more.
    if filter ? 'ids' then
      places := places || array(
        select l.ctid
        from (
          select found.*
          from (select distinct i::uuid as id from jsonb_array_elements_text(filter -> 'ids') as i) as i
          -- "offset 0" keeps the planner from reading all letters to join them with the ids.
          cross join lateral (
            select l.ctid as place, l.died_at, l.message_id
            from millrace.dead_letter l
            -- Served by the primary key alone; see 0004_delivery.sql.
            where l.message_id = any (array[i.id])
              and l.queue_id + 0 = in_queue
              and millrace.fits_filter(l, filter)
            offset 0
          ) as found
          offset 0
        ) as named
        join millrace.dead_letter l on l.ctid = named.place
        order by named.died_at, named.message_id
        limit most + 1 - cardinality(places)
        for update of l skip locked
      );
    else
      places := places || array(
        select l.ctid
        from millrace.dead_letter l
        where l.queue_id = in_queue and millrace.fits_filter(l, filter)
        order by l.died_at, l.message_id
        limit most + 1 - cardinality(places)
        for update skip locked
      );
    end if;
    exit when cardinality(places) > most;
  end loop;
  has_more := cardinality(places) > most and most > 0;
  places := places[1:most];
end
$$;
