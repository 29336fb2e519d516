-- Where turns end: the place of a delivery in the order of claims, which is available_at, is a turn below this instant, and a time
-- from it on. Turns are instants of the years before, a microsecond after each other, so that a fair queue's order needs no
-- column and no index of its own.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.turns_end() returns timestamptz
language sql stable
as $$
  select '2000-01-01 00:00:00+00'::timestamptz
$$;
