-- The slots of one queue's history since a time, and all of them together: null where nothing happened. history calls it.
create or replace function millrace.queue_slots(
  in_queue smallint, seconds integer, since timestamptz, out total json, out slots json
)
language sql stable
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  with slot_row as materialized (
    select h.*
    from millrace.queue_history h
    where h.queue_id = in_queue and h.slot_seconds = seconds and h.slot_at >= since
  ),
  -- Classes are added up as plain integers: sums of bigint would be of numeric, which takes several times as long.
  together as (
    select array_agg(c.wait order by c.class) as waits, array_agg(c.run order by c.class) as runs
    from (
      select u.class, coalesce(sum(u.wait), 0) as wait, coalesce(sum(u.run), 0) as run
      from slot_row r
      cross join lateral unnest(r.waits, r.runs) with ordinality as u(wait, run, class)
      group by u.class
    ) as c
  )
  select
    (
      select json_build_object(
        'done', sum(r.done), 'retried', sum(r.retried), 'snoozed', sum(r.snoozed), 'dead', sum(r.dead),
        'waitMs', millrace.class_percentiles(coalesce(t.waits, '{}')),
        'runMs', millrace.class_percentiles(coalesce(t.runs, '{}'))
      )
      from slot_row r
      cross join together t
      group by t.waits, t.runs
    ),
    (
      select json_agg(
        json_build_object(
          'at', r.slot_at, 'done', r.done, 'retried', r.retried, 'snoozed', r.snoozed, 'dead', r.dead,
          'waitMs', millrace.class_percentiles(r.waits), 'runMs', millrace.class_percentiles(r.runs)
        )
        order by r.slot_at
      )
      from slot_row r
    )
$$;
