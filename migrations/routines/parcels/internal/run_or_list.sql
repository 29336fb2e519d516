-- A property of claimed deliveries as claim answers it in runs: one run where all have the same, and the list otherwise.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.run_or_list(list anyarray) returns json
language sql stable
as $$
  select case
    when pg_catalog.cardinality(pg_catalog.array_remove(list, list[1])) operator(pg_catalog.=) 0
      then pg_catalog.json_build_object('values', list[:1], 'counts', array[pg_catalog.cardinality(list)])
    else pg_catalog.to_json(list)
  end
$$;
