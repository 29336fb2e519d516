-- store_plain for several messages, in one statement: a message without its deliveries would be lost. Deliveries go into
-- parcels where they are enough of one queue; see pieces_of.
create or replace function millrace.store_plain_batch(messages jsonb, causes uuid[]) returns json
language plpgsql
set search_path = pg_catalog, pg_temp
-- A custom plan for the values of this call would take as long to make as a small batch takes to store, and come out
-- the same; the generic plan is made once in a session.
set plan_cache_mode = force_generic_plan
as $$
declare
  moment constant timestamptz := statement_timestamp();
  clock constant timestamptz := clock_timestamp();
  login constant oid := quote_ident(session_user)::regrole;
  -- As is_rounded asks of each payload; asked of all at once, it takes half the time.
  has_large_number constant boolean := coalesce(
    messages @@ 'lax $.**{last} > 9007199254740991 || $.**{last} < -9007199254740991', false
  );
  answer text;
begin
  with input as (
    select e.position, (e.message ->> 'id')::uuid as id, e.message ->> 'type' as type,
      coalesce(e.message -> 'payload', 'null') as payload,
      case
        -- Has it these three, it is less than the least object of four: objects are compared by their number of keys first.
        when e.message ?& array['id', 'type', 'payload'] then e.message < '{"": null, "0": null, "1": null, "2": null}'
        else e.message - array['id', 'type', 'payload'] = '{}'
      end as is_plain
    from jsonb_array_elements(messages) with ordinality as e(message, position)
    -- Keeps the planner from taking the payload out of its message once for each use.
    offset 0
  ),
  measured as (
    select i.*, millrace.payload_bytes(i.payload) as bytes from input i offset 0
  ),
  -- Materialized, because several statements below read it, and a made-up id must be the same for all.
  looked_at as materialized (
    select m.position, m.type, m.payload, m.bytes,
      coalesce(m.id, millrace.ordered_id(clock, m.position)) as id,
      m.is_plain
        and (m.id is null or get_byte(uuid_send(m.id), 6) >> 4 = 7)
        and m.bytes <= 262144
        and not millrace.is_too_deep(m.payload)
        and not (has_large_number and millrace.is_rounded(m.payload)) as is_fit
    from measured m
  ),
  types as materialized (
    select l.type, coalesce(t.is_declared, false) as is_declared,
      exists (select from millrace.subscription s where s.type = l.type) as is_subscribed
    from (select distinct l.type from looked_at l) as l
    left join millrace.message_type t on t.name = l.type
  ),
  verdict as materialized (
    select (select bool_and(l.is_fit) from looked_at l) and (select bool_and(t.is_declared) from types t) as is_fit
  ),
  stored as (
    insert into millrace.message (id, type, payload, enqueued_by, origin)
    select l.id, l.type, l.payload::json, login,
      case when causes is not null then row(causes[l.position], null)::millrace.message_origin end
    from looked_at l
    where (select v.is_fit from verdict v)
  ),
  spans as (
    select l.type, min(l.position) as place, array_agg(l.id order by l.position) as ids,
      array_agg(millrace.message_kib(l.bytes, null) order by l.position) as kibs
    from looked_at l
    where (select v.is_fit from verdict v)
    -- The time of a span, as span_start has it.
    group by l.type, left(l.id::text, 11)
  ),
  pieces as materialized (
    select n.place + p.place as place, q.id as queue_id, p.message_ids, p.kibs,
      p.is_parcel and num_nonnulls(q.max_in_flight, q.max_depth, q.rate_starts) = 0 and not q.is_fair as is_parcel
    from spans n
    join millrace.subscription s on s.type = n.type
    join millrace.queue q on q.id = s.queue_id
    cross join lateral millrace.pieces_of(n.ids, n.kibs) as p
  ),
  parcelled as (
    insert into millrace.parcel (queue_id, priority, first_id, message_ids, kibs, available_at)
    select p.queue_id, 5, p.message_ids[1], p.message_ids, p.kibs, moment
    from pieces p
    where p.is_parcel
    order by p.place, p.queue_id
  ),
  delivered as (
    insert into millrace.delivery (message_id, queue_id, kib, available_at)
    select m.id, p.queue_id, m.kib, moment
    from pieces p
    cross join lateral unnest(p.message_ids, p.kibs) with ordinality as m(id, kib, position)
    where not p.is_parcel
    -- In the order of the batch: rows get their sequence numbers in it.
    order by p.place, m.position, p.queue_id
  )
  -- Put together as text: an object made for each message would take twice the time.
  select '[' || string_agg(l.text || t.text, ',' order by l.position) || ']'
  into answer
  from (select l.position, l.type, '{"id":"' || l.id as text from looked_at l) as l
  join (
    select t.type, '","type":' || to_json(t.type) || ',"duplicate":false,"status":"'
      || case when t.is_subscribed then 'pending' else 'done' end || '"}' as text
    from types t
  ) as t on t.type = l.type
  where (select v.is_fit from verdict v);
  return answer;
end
$$;
