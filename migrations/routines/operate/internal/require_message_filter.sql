-- Raises MR002 unless a filter of messages, and the cursor of a page of them, say what messages understands. messages calls
-- it.
create or replace function millrace.require_message_filter(filter jsonb, cursor jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  statuses constant text[] := array[
    'pending', 'scheduled', 'blocked', 'processing', 'relayed', 'done', 'dead', 'cancelled'
  ];
  fault text;
begin
  perform millrace.require_filter_keys(
    filter, array['type', 'queue', 'status', 'before', 'after', 'groupKey', 'traceId', 'idempotencyKey']
  );
  select e.key into fault from jsonb_each(filter) as e where jsonb_typeof(e.value) not in ('string', 'null') limit 1;
  if found then
    raise '"%" must be a string, got %', fault, jsonb_typeof(filter -> fault) using errcode = 'MR002';
  end if;
  if filter ->> 'status' <> all (statuses) then
    raise '"%" is not a status; statuses are %', left(filter ->> 'status', 50), array_to_string(statuses, ', ')
      using errcode = 'MR002';
  end if;
  if filter ->> 'traceId' !~ '^[0-9a-f]{32}$' then
    raise 'traceId must be 32 hexadecimal digits in lower case, as in a traceparent' using errcode = 'MR002';
  end if;
  if jsonb_typeof(cursor) <> 'null'
    and coalesce(cursor ->> 'id', '') !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
  then
    raise 'the cursor must be nextCursor of an answer before' using errcode = 'MR002';
  end if;
  perform millrace.require_instants(array[filter ->> 'before', filter ->> 'after']);
end
$$;
