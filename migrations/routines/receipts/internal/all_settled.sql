-- What settle_received answers when all of so many results count and have simply succeeded. settle_received and received_report
-- call it.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.all_settled(count integer) returns json
language sql immutable
as $$
  select pg_catalog.json_build_object(
    'settled', count, 'repeated', 0, 'dead', pg_catalog.json_build_array(), 'stale', pg_catalog.json_build_array(),
    'duplicate', pg_catalog.json_build_array(), 'delays', pg_catalog.json_build_object()
  )
$$;
