-- How long messages of a type are kept: its own retentionDays, or the setting's.
create or replace function millrace.retention(kind millrace.message_type) returns interval
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select make_interval(days => coalesce(kind.retention_days, s.retention_days)) from millrace.setting s
$$;
