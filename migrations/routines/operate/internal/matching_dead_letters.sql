-- The dead letters that fit a filter, newest first, up to max_count. The filter is a JSON object: "ids" (of messages),
-- "queue", "type", "before" and "after" (instants between which the letter died, "after" included), "error" (text in
-- the error's message, in any case), "fingerprint" (see error_fingerprint). An absent key fits all. page_end, {"diedAt", "messageId", "queueId"}, is the last
-- letter of the page before, or null; search_end, of the same form, is the last one that is looked at. dead_letters
-- calls it.
create or replace function millrace.matching_dead_letters(
  filter jsonb, page_end jsonb, search_end jsonb, max_count integer
)
returns setof millrace.dead_letter
language sql volatile
set search_path = pg_catalog, pg_temp
-- The time zone is fixed for the reason that stands in enqueue_at_any_depth.
set timezone = 'UTC'
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  with named as materialized (
    select q.id, q.name from millrace.queue q where filter ->> 'queue' is null or q.name = filter ->> 'queue'
  ),
  last as materialized (
    select coalesce((page_end ->> 'diedAt')::timestamptz, 'infinity') as died_at,
      coalesce((page_end ->> 'messageId')::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') as message_id,
      coalesce((page_end ->> 'queueId')::smallint, 32767::smallint) as queue_id
  )
  select newest.*
  from (
    -- Letters that are named are looked up, however many others there are.
    select l.*
    from last p
    cross join (select distinct i::uuid as id from jsonb_array_elements_text(filter -> 'ids') as i) as i
    cross join lateral (
      select l.*
      from millrace.dead_letter l
      -- Served by the primary key alone; see 0004_delivery.sql.
      where l.message_id = any (array[i.id])
        and l.queue_id + 0 in (select q.id from named q)
        and (l.died_at, l.message_id, l.queue_id) < (p.died_at, p.message_id, p.queue_id)
        and millrace.fits_filter(l, millrace.queue_name(l.queue_id), filter)
      -- Keeps the planner from reading all letters to join them with the ids.
      offset 0
    ) as l
    union all
    -- Others queue by queue along its index, each up to max_count, so that a page costs the same however many letters
    -- there are.
    select walked.*
    from named q
    cross join last p
    cross join lateral (
      select l.*
      from millrace.dead_letter l
      where filter -> 'ids' is null
        and l.queue_id = q.id
        and (l.died_at, l.message_id, l.queue_id) < (p.died_at, p.message_id, p.queue_id)
        and (l.died_at, l.message_id, l.queue_id) >= (
          coalesce((search_end ->> 'diedAt')::timestamptz, '-infinity'),
          coalesce((search_end ->> 'messageId')::uuid, '00000000-0000-0000-0000-000000000000'),
          coalesce((search_end ->> 'queueId')::smallint, 0::smallint)
        )
        and millrace.fits_filter(l, q.name, filter)
      order by l.died_at desc, l.message_id desc
      limit max_count
    ) as walked
  ) as newest
  order by newest.died_at desc, newest.message_id desc, newest.queue_id desc
  limit max_count
$$;
