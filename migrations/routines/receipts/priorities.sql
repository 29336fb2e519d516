-- The priorities of deliveries that the relay has claimed by these tokens: {id: priority}, of those alone whose priority is not 5. It
-- asks for them where a queue has an SQS queue for each of several classes.
create or replace function millrace.priorities(queue text, ids uuid[], tokens uuid[]) returns json
language sql stable security definer
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  select coalesce(json_object_agg(h.id, h.priority), '{}')
  from (
    select d.message_id as id, d.priority
    from millrace.delivery d
    -- Served by the primary key alone; settle_done explains this form.
    where d.message_id = any (ids)
      and d.queue_id + 0 = (select q.id from millrace.queue q where q.name = priorities.queue)
    union all
    -- A claim gathers what lies side by side into parcels, all members of one priority.
    select m.id, p.priority
    from millrace.parcel p
    cross join lateral unnest(p.message_ids) as m(id)
    where p.lease_token = any (tokens)
      and p.queue_id + 0 = (select q.id from millrace.queue q where q.name = priorities.queue)
  ) as h
  where h.priority <> 5
$$;

comment on function millrace.priorities is
  'Answers {id: priority} for those of the deliveries whose priority is not 5. tokens: those of the claims that have brought '
  'them. To be asked after the claim.';
grant execute on function millrace.priorities to millrace_consumer;
