-- A page of the latest drains, newest first, each with what it did in each queue, or in one queue alone: for operators and the HTTP
-- API. What one call of record_drain has written is one drain: it ends at one moment. cursor is nextCursor of the page before. A
-- page costs the same however many drains there have been in the week that they are kept.
create or replace function millrace.drains(
  queue text default null, cursor timestamptz default null, max_count integer default 50
) returns json
language plpgsql stable security definer
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
  most constant integer := least(max_count, 200);
  in_queue constant smallint := (select q.id from millrace.queue q where q.name = drains.queue);
  ends timestamptz[] := '{}';
  last timestamptz := coalesce(drains.cursor, 'infinity');
begin
  -- Each step hops over the rows of one drain to the one before, along drain_log_by_queue or drain_log_by_time.
  while cardinality(ends) < most loop
    if drains.queue is null then
      select max(l.ended_at) into last from millrace.drain_log l where l.ended_at < last;
    else
      select max(l.ended_at) into last from millrace.drain_log l where l.queue_id = in_queue and l.ended_at < last;
    end if;
    exit when last is null;
    ends := ends || last;
  end loop;

  return json_build_object(
    'items', (
      select coalesce(json_agg(json_build_object('endedAt', e.ended_at, 'queues', d.queues) order by e.ended_at desc), '[]')
      from unnest(ends) as e(ended_at)
      cross join lateral (
        select json_agg(
          json_build_object(
            'queue', q.name, 'claimed', l.claimed, 'done', l.done, 'retried', l.retried, 'snoozed', l.snoozed,
            'dead', l.dead, 'released', l.released, 'stale', l.stale, 'runMs', l.run_ms
          )
          order by q.name
        ) as queues
        from millrace.drain_log l
        join millrace.queue q on q.id = l.queue_id
        where l.ended_at = e.ended_at and (drains.queue is null or l.queue_id = in_queue)
      ) as d
    ),
    'nextCursor', case when cardinality(ends) = most then last end
  );
end
$$;

comment on function millrace.drains is
  'Lists the latest drains that did something, newest first, with what each did in all queues, or in one: {"items": '
  '[{endedAt, queues: [{queue, claimed, done, retried, snoozed, dead, released, stale, runMs}]}], "nextCursor"}, which '
  'is null after the last page. cursor: nextCursor of the page before; max_count: at most 200 a page. Drains are kept '
  'for a week.';
grant execute on function millrace.drains to millrace_operator;
