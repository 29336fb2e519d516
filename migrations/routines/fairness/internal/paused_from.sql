-- Where deliveries of paused keys are held back: twenty thousand years behind their turns, and so from this instant on. Before it,
-- from held_back_from on, stands what a limit by key holds back.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.paused_from() returns timestamptz
language sql stable
as $$
  select '20000-01-01 00:00:00+00'::timestamptz
$$;
