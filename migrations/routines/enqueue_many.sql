-- Enqueues an array of messages, all or none, in the caller's own transaction: each message once, and one
-- delivery for every subscribed queue. An element is {type, payload, id, delaySeconds or scheduledAt,
-- priority, groupKey, headers, version, traceparent, idempotencyKey, idempotencySeconds, replace}; only type is
-- required. Answers [{id, type, status, duplicate}] in order, and idempotentUntil for those with a key.
-- A call that carries its ids may be repeated: what is stored already is answered again.
-- Errors, each with {"index", "pointer"} as detail: MR001 unknown type, MR002 bad option, MR003 payload
-- over 256 KiB, MR004 id in use by another message, MR005 groupKey above read committed, MR007 idempotency key
-- in use with another payload, MR008 a queue is full.
create or replace function millrace.enqueue_many(messages jsonb) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
begin
  if jsonb_typeof(messages) is distinct from 'array' then
    raise 'messages must be a JSON array, got %', coalesce(jsonb_typeof(messages), 'null')
      using errcode = 'MR002', detail = '{"index": 0, "pointer": ""}';
  end if;
  begin
    -- A misspelt option must not pass for one that was left out, nor a text for the number that it reads as.
    if exists (select from jsonb_array_elements(messages) as m where m - millrace.message_options() <> '{}')
      or messages @? '
        strict $[*] ? (
          @.priority.type() == "string"
          || @.version.type() == "string"
          || @.delaySeconds.type() == "string"
          || @.idempotencySeconds.type() == "string"
          || @.replace.type() == "string"
          || @.groupKey.type() != "string" && @.groupKey != null
          || @.idempotencyKey.type() != "string" && @.idempotencyKey != null
          || @.headers.*.type() != "string"
        )'
    then
      raise 'a message has an option that is unknown or of another type' using errcode = 'MR002';
    end if;
    if exists (select from millrace.queue q where q.max_depth is not null) then
      perform millrace.require_depth(messages);
    end if;
    return millrace.enqueue_accepted(messages);
  exception
    -- Conversions of ill-formed options fail with codes of class 22; the refusal says which option it was.
    when data_exception or invalid_parameter_value or datetime_field_overflow or sqlstate 'MR002' then
      perform millrace.refuse_messages(messages);
      raise;
  end;
end
$$;

comment on function millrace.enqueue_many is
  'Enqueues an array of messages, all or none, in the caller''s transaction; returns [{id, type, status, duplicate}].';
revoke execute on function millrace.enqueue_many from public;
grant execute on function millrace.enqueue_many to millrace_producer;
