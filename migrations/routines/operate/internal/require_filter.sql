-- Raises MR002 unless a filter of dead letters, and the cursor of a page of them, say what matching_dead_letters
-- understands. A misspelt key would otherwise pass for one that was left out, and a discard would take every letter.
-- dead_letters and lock_dead_letters call it.
create or replace function millrace.require_filter(filter jsonb, cursor jsonb default null) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  known constant text[] := array['ids', 'queue', 'type', 'before', 'after', 'error'];
  fault text;
  instant text;
begin
  if jsonb_typeof(filter) is distinct from 'object' then
    raise 'the filter must be a JSON object, got %', coalesce(jsonb_typeof(filter), 'null') using errcode = 'MR002';
  end if;
  select k into fault from jsonb_object_keys(filter) as k where k <> all (known) limit 1;
  if found then
    raise '"%" is not in a filter; known are %', left(fault, 50), array_to_string(known, ', ')
      using errcode = 'MR002';
  end if;
  if filter ? 'ids' and jsonb_typeof(filter -> 'ids') <> 'array' then
    raise '"ids" must be a list of uuids, got %', jsonb_typeof(filter -> 'ids') using errcode = 'MR002';
  end if;
  select coalesce(i, 'null') into fault
  from jsonb_array_elements_text(filter -> 'ids') as i
  where i is null or i !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
  limit 1;
  if found then
    raise '"ids" must be a list of uuids, and "%" is none', left(fault, 50) using errcode = 'MR002';
  end if;
  if jsonb_typeof(cursor) <> 'null' and (
    coalesce(cursor ->> 'messageId', '') !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    or not cursor @? '$.queueId ? (@ >= 0 && @ <= 32767)'
    or cursor ->> 'diedAt' is null
  ) then
    raise 'the cursor must be nextCursor of an answer before' using errcode = 'MR002';
  end if;
  foreach instant in array
    array_remove(array[filter ->> 'before', filter ->> 'after', cursor ->> 'diedAt'], null)
  loop
    if not millrace.is_instant(instant) or instant::timestamptz is null then
      raise invalid_datetime_format;
    end if;
  end loop;
exception
  when data_exception then
    raise '"%" must be an ISO 8601 instant with its offset, such as 2026-03-01T08:30:00+01:00', left(instant, 50)
      using errcode = 'MR002';
end
$$;
