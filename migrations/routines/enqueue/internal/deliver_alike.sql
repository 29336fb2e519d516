-- Makes the deliveries of messages that store_alike has stored, in the order of their enqueue: one of each for every queue, in
-- parcels where they are enough and the queue neither has limits nor is fair; see pieces_of.
create or replace function millrace.deliver_alike(ids uuid[], kibs smallint[], queues smallint[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  with pieces as materialized (
    select p.place, q.id as queue_id, p.message_ids, p.kibs,
      p.is_parcel and num_nonnulls(q.max_in_flight, q.max_depth, q.rate_starts) = 0 and not q.is_fair as is_parcel
    from millrace.pieces_of(deliver_alike.ids, deliver_alike.kibs) as p
    join millrace.queue q on q.id = any (queues)
  ),
  parcelled as (
    insert into millrace.parcel (queue_id, priority, first_id, message_ids, kibs, available_at)
    select p.queue_id, 5, p.message_ids[1], p.message_ids, p.kibs, statement_timestamp()
    from pieces p
    where p.is_parcel
    order by p.place, p.queue_id
  )
  insert into millrace.delivery (message_id, queue_id, kib, available_at)
  select m.id, p.queue_id, m.kib, statement_timestamp()
  from pieces p
  cross join lateral unnest(p.message_ids, p.kibs) with ordinality as m(id, kib, position)
  where not p.is_parcel
  -- Rows get their sequence numbers in this order.
  order by p.place, m.position, p.queue_id;
end
$$;
