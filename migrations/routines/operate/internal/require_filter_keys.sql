-- Raises MR002 unless a filter is a JSON object with no other keys than the known ones: a misspelt key would otherwise pass
-- for one that was left out, and let everything through. require_filter, require_message_filter and dead_letter_groups call
-- it.
create or replace function millrace.require_filter_keys(filter jsonb, known text[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  fault text;
begin
  if jsonb_typeof(filter) is distinct from 'object' then
    raise 'the filter must be a JSON object, got %', coalesce(jsonb_typeof(filter), 'null') using errcode = 'MR002';
  end if;
  select k into fault from jsonb_object_keys(filter) as k where k <> all (known) limit 1;
  if found then
    raise '"%" is not in a filter; known are %', left(fault, 50), array_to_string(known, ', ')
      using errcode = 'MR002';
  end if;
end
$$;
