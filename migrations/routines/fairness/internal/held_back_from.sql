-- Where deliveries are held back, of paused keys and of those at their limit: out of the line, from this instant on, which is later
-- than any time that a message can have. They are live as before, so that a group goes on waiting for its head.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.held_back_from() returns timestamptz
language sql stable
as $$
  select '10000-01-01 00:00:00+00'::timestamptz
$$;
