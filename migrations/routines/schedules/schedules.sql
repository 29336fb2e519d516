-- The schedules that the code declares, by name, for operators and the HTTP API. nextDueAt is null while a schedule is
-- paused, and until the next drain for one that is new, changed or resumed.
create or replace function millrace.schedules() returns json
language sql stable security definer
set search_path = pg_catalog, pg_temp
-- The time zone is fixed for the reason that stands in enqueue_at_any_depth.
set timezone = 'UTC'
as $$
  select coalesce(json_agg(json_build_object(
    'name', s.name,
    'type', s.type,
    'rule', s.rule,
    'timeZone', s.time_zone,
    'catchUp', s.catch_up,
    'paused', s.is_paused,
    'nextDueAt', case when not s.is_paused then s.next_due_at end,
    'lastDueAt', s.last_due_at
  ) order by s.name), '[]')
  from millrace.schedule s
  where s.is_declared
$$;

comment on function millrace.schedules is
  'Lists the declared schedules: [{name, type, rule, timeZone, catchUp, paused, nextDueAt, lastDueAt}]. nextDueAt '
  'is null while one is paused, and until the next drain for one that is new, changed or resumed.';
grant execute on function millrace.schedules to millrace_operator;
