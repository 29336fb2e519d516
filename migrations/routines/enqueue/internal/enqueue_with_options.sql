-- Enqueues what store_plain has left: messages with options, or unfit ones, of which it raises the first and why. For
-- enqueue_at_any_depth, whose parameters it has.
create or replace function millrace.enqueue_with_options(messages jsonb, owner text, causes uuid[]) returns json
language plpgsql
set search_path = pg_catalog, pg_temp
-- Instants in the answer are written with the session's offset, which should not depend on how the caller's session is
-- set.
set timezone = 'UTC'
as $$
begin
  -- A misspelt option must not pass for one that was left out, nor a string for the number that it looks like:
  -- jsonb_to_recordset would ignore the first and convert the second.
  if exists (select from jsonb_array_elements(messages) as m where m - millrace.message_options() <> '{}')
    or messages @? '
      strict $[*] ? (
        @.priority.type() == "string"
        || @.version.type() == "string"
        || @.delaySeconds.type() == "string"
        || @.idempotencySeconds.type() == "string"
        || @.replace.type() != "boolean" && @.replace != null
        || @.groupKey.type() != "string" && @.groupKey != null
        || @.fairnessKey.type() != "string" && @.fairnessKey != null
        || @.idempotencyKey.type() != "string" && @.idempotencyKey != null
        || @.chordId.type() != "string" && @.chordId != null
        || @.chordId != null
          && (@.idempotencyKey != null || @.idempotencySeconds != null || @.replace != null || @.place != null)
        || @.headers.*.type() != "string"
      )'
    or messages @? '$[*].place' and exists (
      select
      from jsonb_array_elements(messages) as m
      where m ->> 'place' is not null and millrace.option_fault('place', m -> 'place') is not null
    )
  then
    raise 'a message has an option that is unknown or of another type' using errcode = 'MR002';
  end if;
  if messages @? '$[*] ? (exists (@.idempotencyKey) || exists (@.idempotencySeconds) || exists (@.replace))' then
    return millrace.enqueue_keyed(coalesce(millrace.with_causes(messages, causes), messages), owner);
  end if;
  return millrace.store_unless_stored(coalesce(millrace.with_causes(messages, causes), messages), owner);
exception
  -- An ill-formed option fails its conversion with a code of class 22 that does not say which message it was in.
  -- refuse_messages looks for the fault and raises MR002 with its place; should it find none, the error goes on as it
  -- came.
  when data_exception or invalid_parameter_value or datetime_field_overflow or sqlstate 'MR002' then
    perform millrace.refuse_messages(messages);
    raise;
end
$$;
