-- Writes messages and their deliveries in one statement and answers [{id, type, duplicate, status}] in order. Raises
-- MR002 when any element is not fit to be stored, without saying which: refuse_messages looks for that afterwards.
-- Deliveries that are due and have neither a group nor a limited or fair queue go into parcels, if they are enough.
-- causedBy, of follow-ups, comes from enqueue_at_any_depth alone.
-- store_unless_stored calls it, with the groups locked or marked that the messages join.
create or replace function millrace.store_messages(messages jsonb) returns json
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
  -- Asked before the statement: another part of it would cost every call a tenth of what one message takes.
  turns constant jsonb := case when messages @? '$[*].fairnessKey' then millrace.first_turns(messages, moment) end;
  stored_count bigint;
  answer json;
begin
  with input as (
    select m.*, greatest(moment, m.scheduled_at::timestamptz, moment + make_interval(secs => m.delay_seconds)) as due_at,
      coalesce(millrace.payload_bytes(m.payload), 4) as payload_bytes
    from rows from (
      jsonb_to_recordset(messages) as (
        id uuid, type text, payload jsonb, headers jsonb, priority smallint, "groupKey" text,
        "scheduledAt" text, "delaySeconds" double precision, version smallint, traceparent text, "causedBy" uuid,
        "fairnessKey" text
      )
    ) with ordinality as m(
      id, type, payload, headers, priority, group_key, scheduled_at, delay_seconds, version, traceparent, caused_by,
      fairness_key, position
    )
    -- Keeps the planner from writing the payload as text once for each use of its size.
    offset 0
  ),
  -- The conditions are computed as one boolean column behind "offset 0", which keeps the planner from moving them into
  -- the join below. Written as a where clause, their selectivities would be multiplied, the estimate would be about one
  -- row, and the planner would choose nested loops that are slow for a batch.
  checked as (
    select i.*,
      (i.id is null or get_byte(uuid_send(i.id), 6) >> 4 = 7)
        and i.payload_bytes <= 262144
        and (i.payload is null or not millrace.is_too_deep(i.payload) and not millrace.is_rounded(i.payload))
        and (i.delay_seconds is null or i.scheduled_at is null and i.delay_seconds between 0 and 31536000)
        and (i.priority is null or i.priority between 1 and 9)
        and (i.group_key is null or length(i.group_key) between 1 and 200)
        and (i.fairness_key is null or length(i.fairness_key) between 1 and 200)
        and (i.headers is null or jsonb_typeof(i.headers) = 'object' and octet_length(i.headers::text) <= 8192)
        and (i.version is null or i.version >= 1)
        and (i.traceparent is null or millrace.is_traceparent(i.traceparent))
        and (i.scheduled_at is null or millrace.is_instant(i.scheduled_at))
        and i.due_at <= moment + interval '366 days' as is_fit
    from input i
    offset 0
  ),
  -- Materialized, because two statements below read it, and a made-up id must be the same for both.
  fit as materialized (
    select c.position, coalesce(c.id, millrace.ordered_id(clock, c.position)) as id, c.type, c.group_key, c.fairness_key, c.due_at,
      millrace.message_kib(c.payload_bytes, c.headers) as kib,
      coalesce(c.payload, 'null') as payload,
      coalesce(c.priority, 5) as priority,
      coalesce(c.version, 1) as version,
      -- A row of two nulls would be stored as one.
      case
        when num_nonnulls(c.caused_by, c.group_key) > 0 then row(c.caused_by, c.group_key)::millrace.message_origin
      end as origin,
      case
        when c.traceparent is null then c.headers
        else coalesce(c.headers, '{}') || jsonb_build_object('traceparent', c.traceparent)
      end as headers
    from checked c
    -- A type that the code no longer declares has no subscribers either: its messages would be accepted and never
    -- delivered.
    join millrace.message_type t on t.name = c.type and t.is_declared
    where c.is_fit
  ),
  stored as (
    insert into millrace.message (id, type, version, payload, headers, enqueued_by, origin)
    select f.id, f.type, f.version, f.payload::json, f.headers, login, f.origin
    from fit f
  ),
  -- Nothing, and no call, for messages without groups.
  taken as materialized (
    select j.queue_id, t.group_key, t.members
    from (
      select s.queue_id, array_agg(distinct f.group_key) as group_keys
      from fit f
      join millrace.subscription s on s.type = f.type
      where f.group_key is not null
      group by s.queue_id
    ) as j
    join millrace.queue q on q.id = j.queue_id
    cross join lateral millrace.taken_places(q, j.group_keys) as t
  ),
  -- One row for each message and queue that subscribes to its type; one row without a queue where nobody does.
  routed as materialized (
    select f.position, f.id, f.type, f.due_at, f.priority, f.group_key, f.kib, q.id as queue_id,
      -- Blocked are those for which the group has no place left: the members that are live already, and those before it
      -- in this batch, fill its concurrency.
      q.id is not null and f.group_key is not null and (
        taken.members
          + row_number() over (partition by q.id, f.group_key order by f.position) > q.group_concurrency
      ) as is_blocked,
      f.group_key is null and f.due_at <= moment and num_nonnulls(q.max_in_flight, q.max_depth, q.rate_starts) = 0
        and not q.is_fair as may_travel_together,
      case when f.fairness_key is not null and turns ? (q.id || ' ' || f.position) then f.fairness_key end as fairness_key,
      case when f.fairness_key is not null then (turns ->> (q.id || ' ' || f.position))::timestamptz end as turn
    from fit f
    left join millrace.subscription s on s.type = f.type
    left join millrace.queue q on q.id = s.queue_id
    left join taken on taken.queue_id = q.id and taken.group_key = f.group_key
  ),
  pieces as materialized (
    select t.queue_id, t.priority, t.place + p.place as place, p.message_ids, p.kibs, p.is_parcel
    from (
      select r.queue_id, r.priority, min(r.position) as place,
        array_agg(r.id order by r.position) as ids, array_agg(r.kib order by r.position) as kibs
      from routed r
      where r.queue_id is not null and r.may_travel_together
      group by r.queue_id, r.priority, millrace.span_start(r.id)
    ) as t
    cross join lateral millrace.pieces_of(t.ids, t.kibs) as p
  ),
  parcelled as (
    insert into millrace.parcel (queue_id, priority, first_id, message_ids, kibs, available_at)
    select p.queue_id, p.priority, p.message_ids[1], p.message_ids, p.kibs, moment
    from pieces p
    where p.is_parcel
    order by p.place, p.queue_id
  ),
  delivered as (
    insert into millrace.delivery (message_id, queue_id, priority, group_key, fairness_key, kib, available_at, due_at)
    select r.id, r.queue_id, r.priority, r.group_key, r.fairness_key, r.kib,
      -- A blocked delivery is kept out of the claim's range of the index by available_at, and its own due time is kept
      -- in due_at for when it is unblocked.
      case when r.is_blocked then 'infinity' else coalesce(r.turn, r.due_at) end,
      -- And so it is for one that stands at a turn.
      case when r.is_blocked and r.due_at > moment or not r.is_blocked and r.turn is not null then r.due_at end
    from routed r
    where r.queue_id is not null
      -- With "not exists" the planner would compare each with each.
      and (r.queue_id, r.id) not in (select p.queue_id, unnest(p.message_ids) from pieces p where p.is_parcel)
    -- In the order of the batch: rows get their sequence numbers in it, which decide within a group.
    order by r.position, r.queue_id
  )
  -- json_agg over the rows of a sorted subquery: building an object for each row with json_build_object would take
  -- twice the time.
  select count(*), json_agg(a)
  into stored_count, answer
  from (
    select r.id, r.type, false as duplicate,
      case
        when count(r.queue_id) = 0 then 'done'
        when bool_and(r.is_blocked) then 'blocked'
        when r.due_at > moment then 'scheduled'
        else 'pending'
      end as status
    from routed r
    group by r.position, r.id, r.type, r.due_at
    order by r.position
  ) as a;

  if stored_count < jsonb_array_length(messages) then
    raise 'a message is not fit to be stored' using errcode = 'MR002';
  end if;
  return coalesce(answer, '[]');
end
$$;
