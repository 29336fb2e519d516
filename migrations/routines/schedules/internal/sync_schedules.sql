-- Copies the schedules that the code declares: [{name, type, rule, timeZone, catchUp}]. One that is new, or whose rule
-- or time zone changed, starts from now on, since the old rule's due times say nothing about the new one's. One that is
-- no longer declared is kept and marked. A pause stays. sync calls it.
create or replace function millrace.sync_schedules(declared jsonb) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  insert into millrace.schedule as s (name, type, rule, time_zone, catch_up)
  select d.name, d.type, d.rule, d."timeZone", d."catchUp"
  from jsonb_to_recordset(declared) as d(name text, type text, rule text, "timeZone" text, "catchUp" jsonb)
  order by d.name
  on conflict (name) do update set
    type = excluded.type,
    rule = excluded.rule,
    time_zone = excluded.time_zone,
    catch_up = excluded.catch_up,
    is_declared = true,
    next_due_at = case
      when s.is_declared and s.rule = excluded.rule and s.time_zone is not distinct from excluded.time_zone
        then s.next_due_at
    end,
    updated_at = statement_timestamp()
  where not s.is_declared
    or (s.type, s.rule, s.time_zone, s.catch_up)
      is distinct from (excluded.type, excluded.rule, excluded.time_zone, excluded.catch_up);

  update millrace.schedule s
  set is_declared = false, updated_at = statement_timestamp()
  where s.is_declared
    and not exists (select from jsonb_to_recordset(declared) as d(name text) where d.name = s.name);
$$;
