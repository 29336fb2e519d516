-- Whether a payload must not be written as text to find out its size. A number takes some ten bytes in jsonb however
-- many digits it has: 1e131071 has 131,072 as text, and 20,000 of it make more than two gigabytes; 1e-16383 is as bad.
-- payload_bytes asks.
create or replace function millrace.is_unmeasurable(payload jsonb) returns boolean
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  -- The depth first, because the search calls itself for each level.
  select millrace.is_too_deep(payload)
    or payload @? 'strict $.** ? (@ >= 1e309 || @ <= -1e309 || @ > -1e-400 && @ < 1e-400 && @ != 0)'
$$;
