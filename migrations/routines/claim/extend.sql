-- Holds leases for another lease time of the queue, counted from now. The consumer calls it while handlers still run.
-- An id that is missing from the answer has lost its lease to another consumer or was settled: its result will be
-- stale, and its handler should stop.
-- A lease that ran out may be extended as long as nobody else has claimed the delivery.
create or replace function millrace.extend(queue text, leases jsonb) returns json
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
  in_parcels uuid[];
  answer json;
begin
  in_parcels := millrace.extend_parcels(queue, leases);
  with held as materialized (
    select d.ctid as place, d.message_id
    from millrace.queue q
    cross join jsonb_to_recordset(leases) as l(id uuid, token uuid)
    -- Served by the primary key alone; settle_done explains this form.
    join millrace.delivery d on d.message_id = any (array[l.id]) and d.queue_id + 0 = q.id
    where q.name = extend.queue
      and d.lease_token = l.token
      -- A released delivery keeps its last token, without a lease.
      and d.lease_expires_at is not null
  ),
  -- Who settles one of them at this moment has its row locked. It is passed over, since waiting could be a deadlock, and
  -- answered as held: to call it lost would abort a handler's transaction in its commit.
  free as materialized (
    select d.ctid as place
    from held h
    join millrace.delivery d on d.ctid = h.place
    for update of d skip locked
  ),
  extended as (
    update millrace.delivery d
    set lease_expires_at = statement_timestamp() + make_interval(secs => q.lease_seconds)
    from millrace.queue q
    where q.name = extend.queue and d.ctid = any (array(select f.place from free f))
    returning d.message_id, d.queue_id, d.lease_token, d.lease_expires_at, q.max_in_flight
  ),
  -- Queues with an in-flight limit count their leases in a table of its own, which must not run out earlier.
  counted as (
    update millrace.in_flight f
    set lease_expires_at = e.lease_expires_at
    from extended e
    where e.max_in_flight is not null
      and f.queue_id = e.queue_id
      and f.message_id = e.message_id
      and f.lease_token = e.lease_token
  )
  select coalesce(json_agg(distinct i.id), '[]')
  into answer
  from (select message_id from held union all select unnest(in_parcels)) as i(id);
  return answer;
end
$$;

comment on function millrace.extend is
  'Holds leases for another lease time of the queue, counted from now. leases: [{id, token}]. Answers the ids that '
  'are still held; the others are lost and must not be worked on.';
grant execute on function millrace.extend to millrace_consumer;
