-- Enqueues an array of messages, all or none, in the caller's own transaction: each message once, and one
-- delivery for every subscribed queue. An element is {type, payload, id, delaySeconds or scheduledAt,
-- priority, groupKey, headers, version, traceparent, idempotencyKey, idempotencySeconds, replace}; only type is
-- required. Answers [{id, type, status, duplicate}] in order, and idempotentUntil for those with a key.
-- A call that carries its ids may be repeated: what is stored already is answered again.
-- Errors, each with {"index", "pointer"} as detail: MR001 unknown type, MR002 bad option, MR003 payload
-- over 256 KiB, MR004 id in use by another message, MR005 groupKey above read committed, MR007 idempotency key
-- in use with another payload, MR008 a queue is full.
create or replace function millrace.enqueue_many(messages jsonb) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  answer json;
begin
  if jsonb_typeof(messages) is distinct from 'array' then
    raise 'messages must be a JSON array, got %', coalesce(jsonb_typeof(messages), 'null')
      using errcode = 'MR002', detail = '{"index": 0, "pointer": ""}';
  end if;
  answer := millrace.enqueue_at_any_depth(messages);
  if exists (select from millrace.queue q where q.max_depth is not null) then
    -- After the fact, so that only what was really added counts; a refusal undoes it.
    perform millrace.require_depth(answer);
  end if;
  return answer;
end
$$;

comment on function millrace.enqueue_many is
  'Enqueues an array of messages, all or none, in the caller''s transaction; returns [{id, type, status, duplicate}].';
revoke execute on function millrace.enqueue_many from public;
grant execute on function millrace.enqueue_many to millrace_producer;
