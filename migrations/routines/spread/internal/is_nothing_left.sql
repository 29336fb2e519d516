-- Whether an answer of left_of_growth says that the growth may end.
create or replace function millrace.is_nothing_left(left_here json) returns boolean
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select (left_here ->> 'groups')::bigint + (left_here ->> 'deadLetters')::bigint + (left_here ->> 'forwards')::bigint = 0
    and left_here ->> 'keysUntil' is null
    and left_here ->> 'notBefore' is null
$$;
