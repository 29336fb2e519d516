-- Where one call's search through dead letters, newest first, ends at the latest: behind as many letters of each queue as
-- make 10,000 together, though at least 100. A text is looked for in letters that are kilobytes long, and a call that
-- reads all of a million of them would not end in time. page_end is where the search begins, as in
-- matching_dead_letters. No row when fewer letters are left. dead_letters and
-- dead_letter_groups call it.
create or replace function millrace.end_of_search(filter jsonb, page_end jsonb)
returns table (died_at timestamptz, message_id uuid, queue_id smallint)
language sql volatile
set search_path = pg_catalog, pg_temp
-- The time zone is fixed for the reason that stands in enqueue_at_any_depth.
set timezone = 'UTC'
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  with named as materialized (
    select q.id, greatest(100, 10000 / count(*) over ()) as most
    from millrace.queue q
    where (filter ->> 'queue' is null or q.name = filter ->> 'queue')
      -- Queues without letters have no share.
      and exists (select from millrace.dead_letter l where l.queue_id = q.id)
  )
  select l.died_at, l.message_id, l.queue_id
  from named q
  cross join lateral (
    -- The index alone answers this, without the letters' texts.
    select l.died_at, l.message_id, l.queue_id
    from millrace.dead_letter l
    where l.queue_id = q.id
      and (l.died_at, l.message_id, l.queue_id) < (
        coalesce((page_end ->> 'diedAt')::timestamptz, 'infinity'),
        coalesce((page_end ->> 'messageId')::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
        coalesce((page_end ->> 'queueId')::smallint, 32767::smallint)
      )
      and l.died_at < coalesce((filter ->> 'before')::timestamptz, 'infinity')
      and l.died_at >= coalesce((filter ->> 'after')::timestamptz, '-infinity')
    order by l.died_at desc, l.message_id desc
    offset q.most - 1
    limit 1
  ) as l
  -- The newest of these ends: before it, no queue has been left out.
  order by l.died_at desc, l.message_id desc, l.queue_id desc
  limit 1
$$;
