-- Which of so many databases a group or an idempotency key is at home in: the one whose number and the key have the greatest hash
-- together (the highest random weight). So a growth moves those keys alone that the new database has won. queue/spread/home.ts
-- says the same, and a test holds the two to each other.
create or replace function millrace.home(key text, databases integer) returns integer
language sql immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select n
  from generate_series(0, databases - 1) as n
  order by md5(convert_to(n || ':' || key, 'UTF8')) collate "C" desc
  limit 1
$$;
