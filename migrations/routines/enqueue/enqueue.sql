-- Enqueues one message in the caller's own transaction: when that transaction rolls back, the message was never there.
-- For producers that write SQL and have one message; the HTTP API and the engine call enqueue_many.
-- Without the option version the payload is stored as version 1, so that a producer that knows no other form goes on
-- working when the type gets a new one. An id of the caller's own (a version 7 uuid) makes the call idempotent.
create or replace function millrace.enqueue(type text, payload jsonb, options jsonb default '{}')
returns uuid
language plpgsql security definer
-- Fixed in every routine that runs with its owner's rights: otherwise a caller could put a table, function or operator
-- of its own before the one that is meant here, and have it run as the owner.
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
  'Enqueues one message in the caller''s transaction and answers its id. options: id, delaySeconds or scheduledAt, '
  'priority (1 first, 9 last, default 5), groupKey, fairnessKey, headers, version, traceparent, idempotencyKey, '
  'idempotencySeconds, replace, chordId. Errors: MR001 unknown type, MR002 unfit option, MR003 payload over 256 KiB, MR004 '
  'id in use by another message, MR005 groupKey above read committed, MR007 idempotency key in use with another '
  'payload, MR008 queue full, MR011 the key is held by an open transaction, and lock_timeout is over, MR013 as enqueue_many, '
  'MR014 the chord has ended, or there is none of this id.';
grant execute on function millrace.enqueue to millrace_producer;
