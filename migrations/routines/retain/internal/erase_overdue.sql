-- Erases messages that were past their retention while a delivery, a dead letter or a chord needed them, and are not needed any
-- more; answers how many. erase_expired calls it.
create or replace function millrace.erase_overdue(max_count integer) returns integer
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select millrace.erase_messages(
    array(
      select o.message_id
      from millrace.overdue o
      where not millrace.is_awaited(o.message_id, o.message_id)
        and not exists (select from millrace.delivery d where d.message_id = o.message_id)
        and not exists (
          select from millrace.parcel p
          where p.first_id between millrace.span_start(o.message_id) and millrace.span_end(o.message_id)
            and o.message_id = any (p.message_ids)
        )
        and not exists (select from millrace.dead_letter l where l.message_id = o.message_id)
      order by o.message_id
      limit max_count
    )
  )
$$;
