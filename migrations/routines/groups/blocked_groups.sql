-- The groups of a queue that have members waiting behind others, in the order of their keys, with what each of them
-- waits for: for operators who ask why a message does not start. The HTTP API calls it.
-- A page has up to max_count groups, at most 1000; after_key is the last group_key of the page before. An unknown queue
-- has no groups. A call looks at 10,000 groups at most. If those end before the page is full, the last row has the key of
-- the last group that was looked at and nobody waiting: the next page goes on behind it, as behind any other.
-- waiting is counted up to 1000. message_id, status, available_at and attempt are of the delivery or the
-- dead letter that the group waits for; available_at of a dead letter is when it died.
create or replace function millrace.blocked_groups(queue text, max_count integer default 100, after_key text default '')
returns table (group_key text, waiting bigint, message_id uuid, status text, available_at timestamptz, attempt smallint)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
#variable_conflict use_column
declare
  looks constant integer := 10000;
  most constant integer := least(max_count, 1000);
  in_queue constant smallint := (select q.id from millrace.queue q where q.name = blocked_groups.queue);
begin
  return query
    -- Each step jumps to the next group's key along the index in group order, so that the length of a group does not
    -- matter.
    with recursive joined as (
      select min(d.group_key) as group_key, 1 as position
      from millrace.delivery d
      where d.queue_id = in_queue and d.group_key > after_key
      union all
      select (
        select min(d.group_key) from millrace.delivery d where d.queue_id = in_queue and d.group_key > j.group_key
      ), j.position + 1
      from joined j
      where j.group_key is not null and j.position < looks
    ),
    -- Materialized, so that only a page of groups is looked at closely, however many have nobody waiting.
    page as materialized (
      select j.group_key
      from joined j
      where exists (
        select from millrace.delivery d
        where d.queue_id = in_queue and d.group_key = j.group_key and not isfinite(d.available_at)
        -- Keeps the planner from reading all members that wait to join them with the groups.
        offset 0
      )
      limit most
    )
    select b.* from page p cross join lateral millrace.blocked_group(in_queue, p.group_key) as b
    union all
    select j.group_key, 0, null, null, null, null
    from joined j
    where (select count(*) from page) < most and j.position = looks and j.group_key is not null;
end
$$;

comment on function millrace.blocked_groups is
  'Lists the groups of a queue that have members waiting behind others, by key, with the delivery or dead letter '
  'that each waits for. max_count: at most 1000 a page; after_key: the last group_key of the page before. waiting '
  'is counted up to 1000; a last row with 0 says that 10000 groups were looked at, and that others follow.';
grant execute on function millrace.blocked_groups to millrace_operator;
