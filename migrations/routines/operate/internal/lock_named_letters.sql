-- Locks up to max_count of the dead letters whose ids a filter names, those that fit the rest of it. Answers where they
-- lie. lock_dead_letters calls it.
create or replace function millrace.lock_named_letters(filter jsonb, max_count integer) returns tid[]
language sql volatile
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
  select array(
    select l.ctid
    from (
      select found.*
      from (select distinct i::uuid as id from jsonb_array_elements_text(filter -> 'ids') as i) as i
      -- "offset 0" keeps the planner from reading all letters to join them with the ids.
      cross join lateral (
        select l.ctid as place, l.queue_id, l.died_at, l.message_id
        from millrace.dead_letter l
        -- Served by the primary key alone; see 0004_delivery.sql.
        where l.message_id = any (array[i.id])
          and (
            filter ->> 'queue' is null
            or l.queue_id + 0 = (select q.id from millrace.queue q where q.name = filter ->> 'queue')
          )
          and millrace.fits_filter(l, millrace.queue_name(l.queue_id), filter)
        offset 0
      ) as found
      offset 0
    ) as named
    join millrace.dead_letter l on l.ctid = named.place
    order by named.queue_id, named.died_at, named.message_id
    limit max_count
    for update of l skip locked
  )
$$;
