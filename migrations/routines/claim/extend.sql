-- Holds leases for another lease time, counted from now: [{id, token}]. Answers the ids that are still held;
-- the others were lost and must not be settled.
create or replace function millrace.extend(queue text, leases jsonb) returns json
language sql volatile security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
  with extended as (
    update millrace.delivery d
    set lease_expires_at = statement_timestamp() + make_interval(secs => q.lease_seconds)
    from millrace.queue q
    cross join jsonb_to_recordset(leases) as l(id uuid, token uuid)
    where q.name = queue
      -- Written so that only the primary key serves it, row by row; see the table.
      and d.message_id = any (array[l.id])
      and d.queue_id + 0 = q.id
      and d.lease_token = l.token
      and d.lease_expires_at is not null
    returning d.message_id, d.queue_id, d.lease_token, d.lease_expires_at, q.max_in_flight
  ),
  -- Queues with an in-flight limit count their leases here.
  counted as (
    update millrace.in_flight f
    set lease_expires_at = e.lease_expires_at
    from extended e
    where e.max_in_flight is not null
      and f.queue_id = e.queue_id
      and f.message_id = e.message_id
      and f.lease_token = e.lease_token
  )
  select coalesce(json_agg(message_id), '[]') from extended
$$;

revoke execute on function millrace.extend from public;
grant execute on function millrace.extend to millrace_consumer;
