-- A value with what stands at one path replaced by "[redacted]"; see redacted. It calls itself for each step of the
-- path. A value that the path does not lead to is left as it is.
create or replace function millrace.redact_path(value jsonb, path text[]) returns jsonb
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
  kind constant text := jsonb_typeof(value);
begin
  if cardinality(path) = 0 then
    return '"[redacted]"';
  elsif kind = 'object' and path[1] = '*' then
    return (
      select coalesce(jsonb_object_agg(e.key, millrace.redact_path(e.value, path[2:])), '{}')
      from jsonb_each(value) as e
    );
  elsif kind = 'object' and value ? path[1] then
    return jsonb_set(value, path[1:1], millrace.redact_path(value -> path[1], path[2:]));
  elsif kind = 'array' and path[1] = '*' then
    return (
      select coalesce(jsonb_agg(millrace.redact_path(e.value, path[2:]) order by e.position), '[]')
      from jsonb_array_elements(value) with ordinality as e(value, position)
    );
  end if;
  return value;
end
$$;
