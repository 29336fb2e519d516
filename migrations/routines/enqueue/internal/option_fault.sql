-- What is wrong with the value of one option of a message, as a sentence that says what was expected; null when nothing
-- is. message_fault calls it. The bounds are those of store_messages, which checks all of them at once and cannot say
-- which one failed.
create or replace function millrace.option_fault(option text, value jsonb) returns text
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  kind constant text := jsonb_typeof(value);
  instant timestamptz;
begin
  case option
    when 'id' then
      if kind <> 'string' or value #>> '{}' !~* '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$' then
        return 'id must be a version 7 uuid';
      end if;
    when 'headers' then
      if kind <> 'object' or value @? '$.* ? (@.type() != "string")' then
        return 'headers must be an object whose values are strings';
      elsif octet_length(value::text) > 8192 then
        return 'headers must be at most 8192 bytes as JSON';
      end if;
    when 'priority' then
      if kind <> 'number' or value not in ('1', '2', '3', '4', '5', '6', '7', '8', '9') then
        return 'priority must be a whole number from 1 to 9';
      end if;
    when 'groupKey', 'fairnessKey' then
      if kind <> 'string' or length(value #>> '{}') not between 1 and 200 then
        return option || ' must be a string of 1 to 200 characters';
      end if;
    when 'delaySeconds' then
      if kind <> 'number' or value::numeric not between 0 and 31536000 then
        return 'delaySeconds must be a number from 0 to 31536000';
      end if;
    when 'version' then
      if kind <> 'number' or value::numeric not between 1 and 32767 or value::numeric % 1 <> 0 then
        return 'version must be a whole number from 1 to 32767';
      end if;
    when 'traceparent' then
      if kind <> 'string' or not millrace.is_traceparent(value #>> '{}') then
        return 'traceparent must be as in W3C Trace Context: 00-{32 hex digits}-{16}-{2}';
      end if;
    when 'idempotencyKey' then
      if kind <> 'string' or length(value #>> '{}') not between 1 and 200 then
        return 'idempotencyKey must be a string of 1 to 200 characters';
      end if;
    when 'idempotencySeconds' then
      if kind <> 'number' or value::numeric not between 1 and 2592000 then
        return 'idempotencySeconds must be a number from 1 to 2592000 (30 days)';
      end if;
    when 'replace' then
      if kind <> 'boolean' then
        return 'replace must be true or false';
      end if;
    when 'chordId' then
      if kind <> 'string' or value #>> '{}' !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
        return 'chordId must be the uuid of a chord';
      end if;
    when 'place' then
      if not millrace.acts_for_others() then
        return 'place is for the HTTP API and the consumer: other logins enqueue in the database that they are connected to';
      elsif not millrace.is_place(value) then
        return 'place must be {"databases", "asked", "leave"}: a whole number from 1 to 16, true or false, and, if it is there, the same';
      end if;
    when 'scheduledAt' then
      begin
        instant := value #>> '{}';
        if kind = 'string'
          and millrace.is_instant(value #>> '{}')
          and instant <= statement_timestamp() + interval '366 days'
        then
          return null;
        end if;
      exception
        -- Not an instant at all: the sentence below says so.
        when data_exception then null;
      end;
      return 'scheduledAt must be an ISO 8601 instant with its offset, at most 366 days ahead';
    else null;
  end case;
  return null;
end
$$;
