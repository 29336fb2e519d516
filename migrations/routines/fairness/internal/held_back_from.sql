-- Where deliveries of paused keys are held back: out of the line, from this instant on, which is later than any time that a message
-- can have, and in the order of their turns. They are live as before, so that a group goes on waiting for its head.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.held_back_from() returns timestamptz
language sql stable
as $$
  select '10000-01-01 00:00:00+00'::timestamptz
$$;
