-- Locks every group that a settle may release or whose follow-ups join it, in key order as an enqueue does.
-- Taken in two rounds the locks could make a settle and a producer wait for each other in a circle.
create or replace function millrace.lock_settled_groups(lane_id smallint, results jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
begin
  perform pg_advisory_xact_lock(key)
  from (
    select millrace.group_lock(lane_id, d.group_key) as key
    from jsonb_to_recordset(results) as r(id uuid)
    -- Written so that only the primary key serves it, row by row; see the table.
    join millrace.delivery d on d.message_id = any (array[r.id]) and d.queue_id + 0 = lane_id
    -- No group, no lock: it is null. A condition would let the index of all groups serve this.
    union
    select millrace.group_lock(s.queue_id, m."groupKey")
    from jsonb_to_recordset(results) as r(enqueue jsonb)
    cross join lateral jsonb_to_recordset(r.enqueue) as m(type text, "groupKey" text)
    join millrace.subscription s on s.type = m.type
    where m."groupKey" is not null
    order by key
  ) as in_order;
end
$$;

revoke execute on function millrace.lock_settled_groups from public;
