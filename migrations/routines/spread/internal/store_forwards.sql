-- Stores messages that belong to another database: each as ever, but with one delivery in the queue "elsewhere", in the place of
-- those that it would have here. Answers as store_messages, which finds out what is not fit to be stored. A message without
-- subscribers has no delivery, and nothing to be sent. store_apart calls it.
create or replace function millrace.store_forwards(messages jsonb, owner text) returns json
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  elsewhere constant smallint := millrace.elsewhere();
  stored json;
  ids uuid[];
  group_keys text[];
begin
  if exists (
    select
    from jsonb_to_recordset(messages) as m(type text, "groupKey" text)
    join millrace.subscription s on s.type = m.type
    join millrace.queue q on q.id = s.queue_id
    where m."groupKey" is not null and q.engine = 'sqs'
  ) then
    raise 'a message is not fit to be stored' using errcode = 'MR002';
  end if;
  stored := millrace.store_messages(messages);
  ids := array(select (s ->> 'id')::uuid from json_array_elements(stored) as s);
  perform millrace.part_with(ids);
  with gone as (
    delete from millrace.delivery d where d.message_id = any (ids) returning d.*
  ),
  leaving as materialized (
    -- All deliveries of a message have the same options.
    select distinct on (g.message_id) g.message_id, g.priority, g.kib, e.position, e.options,
      coalesce(e.options ->> 'groupKey', e.options ->> 'idempotencyKey') as group_key,
      case when isfinite(g.available_at) then g.available_at else g.due_at end as due_at
    from gone g
    join (
      select s.position, (s.answer ->> 'id')::uuid as id, messages -> (s.position - 1)::integer as options
      from json_array_elements(stored) with ordinality as s(answer, position)
    ) as e on e.id = g.message_id
    order by g.message_id, g.queue_id
  ),
  remembered as (
    insert into millrace.forward (message_id, options)
    select l.message_id, o.options
    from leaving l
    cross join lateral (
      select jsonb_strip_nulls(jsonb_build_object(
        -- It was acknowledged over HTTP, and what HTTP sends later comes behind it; see where_members_belong.
        'isOfHttp', case when owner ~ '^(key|jwt|iam):' or l.options ->> 'place' is not null then true end,
        'fairnessKey', l.options -> 'fairnessKey',
        'scheduledAt', case when l.due_at > statement_timestamp() then to_jsonb(l.due_at) end,
        -- Other logins' keys count in the database alone that they are connected to.
        'idempotencyKey', case when owner ~ '^(key|jwt|iam):' then l.options -> 'idempotencyKey' end,
        'replace', case when owner ~ '^(key|jwt|iam):' then l.options -> 'replace' end
      )) as options
    ) as o
    where o.options <> '{}'
  ),
  left_here as (
    insert into millrace.delivery (message_id, queue_id, priority, group_key, kib, available_at)
    -- As in redrive_letters: members come in as blocked, and restart_groups lets those go whose turn it is.
    select l.message_id, elsewhere, l.priority, l.group_key, l.kib, 'infinity'
    from leaving l
    order by l.position
    returning group_key
  )
  select array_agg(distinct l.group_key) into group_keys from left_here l;
  if group_keys is not null then
    perform millrace.restart_groups(elsewhere, group_keys);
  end if;
  return (
    select json_agg(
      json_build_object('id', s.id, 'type', s.type, 'duplicate', false, 'status', millrace.message_status(s.id))
      order by s.position
    )
    from rows from (json_to_recordset(stored) as (id uuid, type text)) with ordinality as s(id, type, position)
  );
end
$$;
