-- A payload as people may see it: "[redacted]" stands in the place of whatever a path of the message type names, such
-- as 'email', 'card.number' or 'items.*.sku', where * is any key and every element of a list. status calls it.
create or replace function millrace.redacted(payload jsonb, paths text[]) returns jsonb
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
  shown jsonb := payload;
  path text;
begin
  foreach path in array paths loop
    shown := millrace.redact_path(shown, string_to_array(path, '.'));
  end loop;
  return shown;
end
$$;
