-- Where a delivery that stands at a turn, or at a time, is held back: about twenty thousand years later. In hours, since years would
-- not be of one length in all time zones.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.held_place(available_at timestamptz) returns timestamptz
language sql stable
as $$
  select available_at operator(pg_catalog.+) '175320000 hours'::interval
$$;
