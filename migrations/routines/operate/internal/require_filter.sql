-- Raises MR002 unless a filter of dead letters, and the cursor of a page of them, say what matching_dead_letters
-- understands. A misspelt key would otherwise pass for one that was left out, and a discard would take every letter.
-- dead_letters and lock_dead_letters call it.
create or replace function millrace.require_filter(filter jsonb, cursor jsonb default null) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  fault text;
begin
  perform millrace.require_filter_keys(filter, array['ids', 'queue', 'type', 'before', 'after', 'error', 'fingerprint']);
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
  if filter ->> 'fingerprint' !~ '^[0-9a-f]{16}$' then
    raise 'fingerprint must be 16 hexadecimal digits in lower case, as dead letters have it' using errcode = 'MR002';
  end if;
  perform millrace.require_instants(array[filter ->> 'before', filter ->> 'after', cursor ->> 'diedAt']);
end
$$;
