-- Enqueues an array of messages, all or none, in the caller's own transaction: each message is stored once, and one
-- delivery of it for every queue that subscribes to its type. The HTTP API calls it, and producers with more than one
-- message.
-- An element has the keys type, payload, id, delaySeconds or scheduledAt, priority, groupKey, fairnessKey, headers,
-- version, traceparent, idempotencyKey, idempotencySeconds and replace; only type is required. The answer has one object for
-- each message, in order: {id, type, status, duplicate}, and idempotentUntil where the message carried an idempotency
-- key.
-- place, of logins that act for others alone: {"databases", "asked", "leave"}, for a message with a group or a key in a deployment over
-- several databases. It is how many the caller knows, and that it will send the message itself where MR013 says; asked: as MR013 had it.
-- leave, false where it is left out: the database that decides, while a growth lasts, takes it although it has moved, and a consumer sends
-- it on: so messages of which some have moved and some not can be stored in one call.
-- caller: whose idempotency keys they are, for the HTTP API; see key_owner.
-- A call that carries its ids may be repeated: what is stored already is answered again and not stored twice. Every
-- error names the message at fault in its detail, as {"index", "pointer"}.
create or replace function millrace.enqueue_many(messages jsonb, caller text default null) returns json
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
  answer := millrace.enqueue_at_any_depth(messages, millrace.key_owner(caller));
  if exists (select from millrace.queue q where q.max_depth is not null) then
    -- The depth is counted after the messages are stored, so that only what was really added counts: a repeated call or
    -- a duplicate adds nothing. A refusal raises, and so takes back what was stored.
    perform millrace.require_depth(answer);
  end if;
  return answer;
end
$$;

comment on function millrace.enqueue_many is
  'Enqueues an array of messages [{type, payload, and the options of enqueue}], all or none, in the caller''s '
  'transaction. Answers [{id, type, status, duplicate, idempotentUntil}] in order. caller: for whom, as key:, jwt: or '
  'iam: and an identity, whose idempotency keys they are; only operators may name one, and otherwise it is the login. '
  'Errors, with {"index", "pointer"} as detail: MR001 unknown type, MR002 unfit option, MR003 payload over 256 KiB, MR004 id in use by '
  'another message, MR005 groupKey above read committed, MR007 idempotency key in use with another payload, MR008 '
  'queue full, MR011 a key is held by an open transaction, and lock_timeout is over, MR013 a message with a place belongs to the '
  'database that the detail has, which is to be told "asked" as there, MR014 the chord of a message has ended, or there is none of its id.';
grant execute on function millrace.enqueue_many to millrace_producer;
