-- A step as recorded_steps answers it. One that gave nothing has no result, and one that gave null has null.
create or replace function millrace.recorded_step(step millrace.step) returns json
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select case when step.result is null
    then json_build_object('version', step.version, 'name', step.name, 'kind', step.kind, 'isOpen', step.finished_at is null)
    else json_build_object(
      'version', step.version, 'name', step.name, 'kind', step.kind, 'isOpen', false, 'result', step.result
    )
  end
$$;
