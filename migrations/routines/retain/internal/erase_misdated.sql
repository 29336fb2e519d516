-- Erases messages past their retention whose ids came from a wrong clock: they lie in no week, and no look through the
-- ids in their order may find them. There are few, and none as a rule.
create or replace function millrace.erase_misdated(max_count integer) returns integer
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select millrace.erase_messages(
    array(
      select m.id
      from millrace.message_default m
      join millrace.message_type t on t.name = m.type
      where m.created_at <= statement_timestamp() - millrace.retention(t)
        and not exists (select from millrace.overdue o where o.message_id = m.id)
      order by m.id
      limit max_count
    )
  )
$$;

revoke execute on function millrace.erase_misdated from public;
