-- What keeps one element of enqueue_many from being stored, as an SQLSTATE (MR001 to MR003), a JSON pointer into the
-- element and a sentence; all null when nothing does. refuse_messages calls it for each element of a batch that was
-- refused.
create or replace function millrace.message_fault(
  message jsonb, out code text, out pointer text, out reason text
)
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  option text;
  bytes integer;
  queue text;
begin
  code := 'MR002';
  if jsonb_typeof(message) <> 'object' then
    pointer := '';
    reason := format('a message must be a JSON object, got %s', jsonb_typeof(message));
    return;
  end if;

  select o into option
  from jsonb_object_keys(message) as o
  where o <> all (millrace.message_options())
  limit 1;
  if found then
    pointer := '/' || replace(replace(option, '~', '~0'), '/', '~1');
    reason := format(
      '"%s" is not an option; known are %s', left(option, 50),
      -- place is between the parts of Millrace; nobody who has misspelt something means it.
      array_to_string(array_remove(millrace.message_options(), 'place'), ', ')
    );
    return;
  end if;

  foreach option in array millrace.message_options() loop
    -- Without ->>, which would write the payload as text.
    if coalesce(jsonb_typeof(message -> option), 'null') <> 'null' then
      reason := millrace.option_fault(option, message -> option);
      if reason is not null then
        pointer := '/' || option;
        return;
      end if;
    end if;
  end loop;
  if message ->> 'delaySeconds' is not null and message ->> 'scheduledAt' is not null then
    pointer := '/delaySeconds';
    reason := 'give delaySeconds or scheduledAt, not both';
    return;
  end if;

  if message ->> 'idempotencyKey' is null
    and coalesce(message ->> 'idempotencySeconds', message ->> 'replace') is not null
  then
    pointer := '/idempotencyKey';
    reason := 'idempotencySeconds and replace need an idempotencyKey';
    return;
  end if;

  if message ->> 'chordId' is not null then
    foreach option in array array['idempotencyKey', 'idempotencySeconds', 'replace', 'place'] loop
      if message ->> option is not null then
        pointer := '/' || option;
        reason := format('a message that joins a chord takes no %s: it might stand for one that is in none', option);
        return;
      end if;
    end loop;
  end if;

  pointer := '/payload';
  if millrace.is_too_deep(message -> 'payload') then
    reason := 'a payload must have at most 100 levels of arrays and objects';
    return;
  end if;
  bytes := millrace.payload_bytes(message -> 'payload');
  if bytes > 262144 then
    code := 'MR003';
    reason := format('a payload must be at most 262144 bytes as JSON, this one has %s', bytes);
    return;
  end if;
  if millrace.is_rounded(message -> 'payload') then
    reason := 'JSON readers would round a number of this payload; send it as a string';
    return;
  end if;
  if not exists (select from millrace.message_type t where t.name = message ->> 'type' and t.is_declared) then
    code := 'MR001';
    pointer := '/type';
    reason := format('no message type is named "%s"', left(coalesce(message ->> 'type', ''), 100));
    return;
  end if;
  if message ->> 'groupKey' is not null then
    select q.name into queue
    from millrace.subscription s
    join millrace.queue q on q.id = s.queue_id
    where s.type = message ->> 'type' and q.engine = 'sqs'
    order by q.name
    limit 1;
    if found then
      code := 'MR002';
      pointer := '/groupKey';
      reason := format('queue "%s" is a standard queue of SQS, which knows no groups; with engine "sqs-fifo" it would', queue);
      return;
    end if;
  end if;
  code := null;
  pointer := null;
end
$$;
