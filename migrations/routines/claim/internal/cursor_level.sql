-- One element of a cursor: where the next claim of a drain starts in one priority level, namely behind this position.
create or replace function millrace.cursor_level(priority smallint, available_at timestamptz, sequence bigint)
returns json
language sql stable
as $$
  select pg_catalog.json_build_object('priority', priority, 'availableAt', available_at, 'sequence', sequence)
$$;
