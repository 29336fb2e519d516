-- Enqueues an array of messages, or raises which of them is not fit to be stored and why. Does not look at the depth
-- of queues; see enqueue_many, which does, and enqueue_follow_ups, which must not.
create or replace function millrace.enqueue_at_any_depth(messages jsonb) returns json
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
begin
  -- Most batches have no options at all, and need not be searched for this one and that.
  if not exists (select from jsonb_array_elements(messages) as m where m - array['id', 'type', 'payload'] <> '{}') then
    return millrace.store_unless_stored(messages);
  end if;
  -- A misspelt option must not pass for one that was left out, nor a text for the number that it reads as.
  if exists (select from jsonb_array_elements(messages) as m where m - millrace.message_options() <> '{}')
    or messages @? '
      strict $[*] ? (
        @.priority.type() == "string"
        || @.version.type() == "string"
        || @.delaySeconds.type() == "string"
        || @.idempotencySeconds.type() == "string"
        || @.replace.type() != "boolean" && @.replace != null
        || @.groupKey.type() != "string" && @.groupKey != null
        || @.idempotencyKey.type() != "string" && @.idempotencyKey != null
        || @.headers.*.type() != "string"
      )'
  then
    raise 'a message has an option that is unknown or of another type' using errcode = 'MR002';
  end if;
  if messages @? '$[*] ? (exists (@.idempotencyKey) || exists (@.idempotencySeconds) || exists (@.replace))' then
    return millrace.enqueue_keyed(messages);
  end if;
  return millrace.store_unless_stored(messages);
exception
  -- Conversions of ill-formed options fail with codes of class 22; the refusal says which option it was.
  when data_exception or invalid_parameter_value or datetime_field_overflow or sqlstate 'MR002' then
    perform millrace.refuse_messages(messages);
    raise;
end
$$;

revoke execute on function millrace.enqueue_at_any_depth from public;
