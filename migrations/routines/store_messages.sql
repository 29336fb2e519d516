-- Writes messages and their deliveries in one statement. Raises MR002 when any element is not fit to be
-- stored; refuse_messages then says which and why.
create or replace function millrace.store_messages(messages jsonb) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  moment constant timestamptz := statement_timestamp();
  answer jsonb;
begin
  with input as materialized (
    select m.*, greatest(moment, m.scheduled_at, moment + make_interval(secs => m.delay_seconds)) as due_at
    from rows from (
      jsonb_to_recordset(messages) as (
        id uuid, type text, payload jsonb, headers jsonb, priority smallint, "groupKey" text,
        "scheduledAt" timestamptz, "delaySeconds" double precision, version smallint, traceparent text
      )
    ) with ordinality as m(
      id, type, payload, headers, priority, group_key, scheduled_at, delay_seconds, version, traceparent, position
    )
  ),
  fit as materialized (
    select i.position, coalesce(i.id, millrace.uuid_v7()) as id, i.type, i.group_key, i.due_at,
      coalesce(i.payload, 'null') as payload,
      coalesce(i.priority, 5) as priority,
      coalesce(i.version, 1) as version,
      case
        when i.traceparent is null then i.headers
        else coalesce(i.headers, '{}') || jsonb_build_object('traceparent', i.traceparent)
      end as headers
    from input i
    join millrace.message_type t on t.name = i.type
    where (i.id is null or get_byte(uuid_send(i.id), 6) >> 4 = 7)
      and (i.payload is null or pg_column_size(i.payload) <= 262144)
      and (i.delay_seconds is null or i.scheduled_at is null and i.delay_seconds between 0 and 31536000)
      and (i.priority is null or i.priority between 1 and 9)
      and (i.group_key is null or length(i.group_key) between 1 and 200)
      and (i.headers is null or jsonb_typeof(i.headers) = 'object')
      and (i.version is null or i.version >= 1)
      and (i.traceparent is null or millrace.is_traceparent(i.traceparent))
      and (i.scheduled_at is null or isfinite(i.scheduled_at))
      and i.due_at <= moment + interval '366 days'
  ),
  stored as (
    insert into millrace.message (id, type, version, payload, headers)
    select f.id, f.type, f.version, f.payload, f.headers
    from fit f
    order by f.position
  ),
  delivered as (
    insert into millrace.delivery (message_id, queue_id, priority, group_key, available_at, due_at)
    select n.id, n.queue_id, n.priority, n.group_key,
      case when n.is_blocked then 'infinity' else n.due_at end,
      case when n.is_blocked and n.due_at > moment then n.due_at end
    from (
      select f.*, s.queue_id,
        f.group_key is not null and (
          millrace.group_members(q, f.group_key)
            + row_number() over (partition by s.queue_id, f.group_key order by f.position) > q.group_concurrency
        ) as is_blocked
      from fit f
      join millrace.subscription s on s.type = f.type
      join millrace.queue q on q.id = s.queue_id
    ) as n
    order by n.position, n.queue_id
    returning message_id, available_at
  ),
  progress as (
    select message_id, bool_and(available_at = 'infinity') as is_blocked
    from delivered
    group by message_id
  )
  select jsonb_agg(
    jsonb_build_object('id', f.id, 'type', f.type, 'duplicate', false, 'status', case
      when p.message_id is null then 'done'
      when p.is_blocked then 'blocked'
      when f.due_at > moment then 'scheduled'
      else 'pending'
    end)
    order by f.position
  )
  into answer
  from fit f
  left join progress p on p.message_id = f.id;

  if coalesce(jsonb_array_length(answer), 0) < jsonb_array_length(messages) then
    raise 'a message is not fit to be stored' using errcode = 'MR002';
  end if;
  return coalesce(answer, '[]');
end
$$;

revoke execute on function millrace.store_messages from public;
