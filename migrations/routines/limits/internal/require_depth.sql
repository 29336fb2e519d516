-- Raises MR008 when messages that were stored a moment ago took a queue over its depth limit; answers are those of
-- their enqueue. enqueue_many calls it. The deliveries of a queue are counted no further than the limit. Enqueues at
-- the same moment do not see each other's rows, so together they may overshoot by what they bring: locking the queue
-- for an exact count would make all enqueues take turns.
create or replace function millrace.require_depth(answers json) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
  full_queue record;
begin
  select q.name, min(a.position) - 1 as index into full_queue
  from rows from (json_to_recordset(answers) as (id uuid, type text)) with ordinality as a(id, type, position)
  -- Only messages that this very statement stored: duplicates, and the same call made again, add nothing.
  join millrace.message m on m.id = a.id and m.created_at = statement_timestamp()
  join millrace.subscription s on s.type = a.type
  join millrace.queue q on q.id = s.queue_id
  where q.max_depth is not null
  group by q.id
  having (
    select count(*)
    from (select from millrace.delivery d where d.queue_id = q.id limit q.max_depth + 1) as counted
  ) + case
    -- Of before the queue got its limit, and so none after a while.
    when exists (select from millrace.parcel p where p.queue_id = q.id) then (
      select coalesce(sum(cardinality(p.message_ids)), 0)
      from generate_series(1, 9) as level
      cross join lateral millrace.first_parcels(q.id, level, q.max_depth + 1) as p
    )
    else 0
  end > q.max_depth
  limit 1;
  if found then
    raise 'queue "%" is full', full_queue.name using
      errcode = 'MR008',
      detail = json_build_object('index', full_queue.index, 'pointer', '/type');
  end if;
end
$$;
