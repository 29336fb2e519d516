-- Raises MR008 when the messages, stored a moment ago, have taken a queue over its depth limit. Counts no further than the limit.
-- Enqueues at the same moment may overshoot by what they bring.
create or replace function millrace.require_depth(messages jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  full_queue record;
begin
  select q.name, min(m.position) - 1 as index into full_queue
  from rows from (jsonb_to_recordset(messages) as (type text)) with ordinality as m(type, position)
  join millrace.subscription s on s.type = m.type
  join millrace.queue q on q.id = s.queue_id
  where q.max_depth is not null
  group by q.id
  having (
    select count(*)
    from (select from millrace.delivery d where d.queue_id = q.id limit q.max_depth + 1) as counted
  ) > q.max_depth
  limit 1;
  if found then
    raise 'queue "%" is full', full_queue.name using
      errcode = 'MR008',
      detail = json_build_object('index', full_queue.index, 'pointer', '/type');
  end if;
end
$$;

revoke execute on function millrace.require_depth from public;
