-- Enqueues an array of messages, all or none, in the caller's own transaction: each message once, and one
-- delivery for every subscribed queue. An element is {type, payload, id, delaySeconds or scheduledAt,
-- priority, groupKey, headers}; only type is required. Answers [{id, type, status, duplicate}] in order.
-- A call that carries its ids may be repeated: what is stored already is answered again.
-- Errors, each with {"index", "pointer"} as detail: MR001 unknown type, MR002 bad option, MR003 payload
-- over 256 KiB, MR004 id in use by another message.
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
    if exists (
      select from jsonb_array_elements(messages) as m
      where m - array['id', 'type', 'payload', 'headers', 'priority', 'groupKey', 'scheduledAt', 'delaySeconds'] <> '{}'
    ) or messages @? '
      strict $[*] ? (
        @.priority.type() == "string"
        || @.delaySeconds.type() == "string"
        || @.groupKey.type() != "string" && @.groupKey != null
        || @.headers.*.type() != "string"
      )'
    then
      raise 'a message has an option that is unknown or of another type' using errcode = 'MR002';
    end if;
    if messages @? '$[*].groupKey' then
      perform millrace.lock_new_groups(messages);
    end if;
    return millrace.store_messages(messages);
  exception
    when unique_violation then
      return millrace.stored_messages(messages);
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
