-- Deletes what forwards have said of themselves that nobody can send any more: sent, cancelled or discarded. maintain calls it.
create or replace function millrace.forget_forwards() returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  delete from millrace.forward f
  where not exists (
      select from millrace.delivery d where d.message_id = f.message_id and d.queue_id = millrace.elsewhere()
    )
    and not exists (
      select from millrace.dead_letter l where l.message_id = f.message_id and l.queue_id = millrace.elsewhere()
    )
$$;
