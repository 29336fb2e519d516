-- Which of several deliveries' statuses is their message's: the one with the lowest rank. What is live comes before what has
-- ended. Without settings of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.status_rank(status text) returns integer
language sql immutable
as $$
  select pg_catalog.array_position(
    array['processing', 'pending', 'scheduled', 'blocked', 'relayed', 'dead', 'cancelled', 'done'], status
  )
$$;
