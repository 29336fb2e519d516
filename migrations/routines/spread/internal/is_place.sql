-- Whether a value is what the option "place" takes: how many databases the caller knows, whether the database that decides has sent it
-- here, and whether it may be left with that one. option_fault and enqueue_with_options ask.
create or replace function millrace.is_place(value jsonb) returns boolean
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select value @? '$ ? (@.databases.type() == "number" && @.databases >= 1 && @.databases <= 16 && @.asked.type() == "boolean")'
    and value - array['databases', 'asked', 'leave'] = '{}'
    and not value @? '$.leave ? (@.type() != "boolean")'
    and (value ->> 'databases')::numeric % 1 = 0
$$;
