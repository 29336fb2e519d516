-- store_plain for one message. A statement for many would take longer to begin than these take to end.
create or replace function millrace.store_plain_message(message jsonb, cause uuid) returns json
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  id constant uuid := coalesce((message ->> 'id')::uuid, millrace.uuid_v7());
  type constant text := message ->> 'type';
  payload constant jsonb := coalesce(message -> 'payload', 'null');
  bytes constant integer := millrace.payload_bytes(payload);
begin
  if get_byte(uuid_send(id), 6) >> 4 <> 7
    or bytes > 262144
    or millrace.is_too_deep(payload)
    or millrace.is_rounded(payload)
    or not exists (
      select from millrace.message_type t where t.name = message ->> 'type' and t.is_declared
    )
  then
    return null;
  end if;
  insert into millrace.message (id, type, payload, enqueued_by, origin)
  values (
    id, type, payload::json, quote_ident(session_user)::regrole,
    case when cause is not null then row(cause, null)::millrace.message_origin end
  );
  insert into millrace.delivery (message_id, queue_id, kib, available_at)
  select id, s.queue_id, millrace.message_kib(bytes, null), statement_timestamp()
  from millrace.subscription s
  where s.type = message ->> 'type'
  order by s.queue_id;
  return json_build_array(json_build_object(
    'id', id, 'type', type, 'duplicate', false, 'status', case when found then 'pending' else 'done' end
  ));
end
$$;
