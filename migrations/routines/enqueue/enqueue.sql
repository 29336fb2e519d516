-- Enqueues one message in the caller's own transaction and returns its id.
-- Options are those of HTTP: delaySeconds or scheduledAt, priority, groupKey, headers, and id (a version 7
-- uuid of the caller's own, which makes the call repeatable). Without a version the payload is of version 1: a
-- producer that knows no other goes on working when the type gets a new one. Errors: see enqueue_many.
create or replace function millrace.enqueue(type text, payload jsonb, options jsonb default '{}')
returns uuid
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if jsonb_typeof(options) is distinct from 'object' then
    raise 'options must be a JSON object, got %', coalesce(jsonb_typeof(options), 'null')
      using errcode = 'MR002', detail = '{"index": 0, "pointer": ""}';
  end if;
  return millrace.enqueue_many(
    jsonb_build_array(options || jsonb_build_object('type', type, 'payload', payload))
  ) -> 0 ->> 'id';
end
$$;

comment on function millrace.enqueue is
  'Enqueues one message in the caller''s transaction; returns its id. Errors: MR001 unknown type, MR002 bad option, MR003 payload too large, MR004 id in use.';
revoke execute on function millrace.enqueue from public;
grant execute on function millrace.enqueue to millrace_producer;
