-- Erases messages past their retention whose ids were made by a wrong clock; answers how many. They lie in the default
-- partition instead of a week, and a walk through the ids in their order may never come to them, so their created_at
-- decides. There are few of them, and usually none. erase_expired calls it.
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
