-- The dead letters that fit a filter, newest first, up to max_count. The filter is a JSON object: "ids" (of messages),
-- "queue", "type", "before" and "after" (instants between which the letter died, "after" included), "error" (text in
-- the error's message, in any case). An absent key fits all. page_end, {"diedAt", "messageId", "queueId"}, is the last
-- letter of the page before, or null. dead_letters and lock_dead_letters call it.
create or replace function millrace.matching_dead_letters(filter jsonb, page_end jsonb, max_count integer)
returns setof millrace.dead_letter
language sql volatile
set search_path = pg_catalog, pg_temp
-- The time zone is fixed for the reason that stands in enqueue_at_any_depth.
set timezone = 'UTC'
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  select newest.*
  from millrace.queue q
  -- Queue by queue along its index, each up to max_count, so that a page costs the same however many letters there are.
  cross join lateral (
    select l.*
    from millrace.dead_letter l
    where l.queue_id = q.id
      and (l.died_at, l.message_id, l.queue_id) < (
        coalesce((page_end ->> 'diedAt')::timestamptz, 'infinity'),
        coalesce((page_end ->> 'messageId')::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
        coalesce((page_end ->> 'queueId')::smallint, 32767::smallint)
      )
      and l.died_at < coalesce((filter ->> 'before')::timestamptz, 'infinity')
      and l.died_at >= coalesce((filter ->> 'after')::timestamptz, '-infinity')
      and (filter -> 'ids' is null or filter -> 'ids' ? l.message_id::text)
      and (filter ->> 'type' is null or l.type = filter ->> 'type')
      and (filter ->> 'error' is null or strpos(lower(l.error ->> 'message'), lower(filter ->> 'error')) > 0)
    order by l.died_at desc, l.message_id desc
    limit max_count
  ) as newest
  where filter ->> 'queue' is null or q.name = filter ->> 'queue'
  order by newest.died_at desc, newest.message_id desc, newest.queue_id desc
  limit max_count
$$;
