-- The dead letters that fit a filter, newest first: {"ids": [message ids], "queue", "type", "before", "after",
-- "error": text in its message}; an absent key fits all. page_end: {"diedAt", "messageId", "queueId"} of the last one
-- of the page before.
create or replace function millrace.matching_dead_letters(filter jsonb, page_end jsonb, max_count integer)
returns setof millrace.dead_letter
language sql volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  select newest.*
  from millrace.queue q
  -- Queue by queue along its index, so that a page costs the same however many letters there are.
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

revoke execute on function millrace.matching_dead_letters from public;
