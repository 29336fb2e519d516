-- Erases messages and their attempts, and answers how many. Those that a live delivery or a dead letter needs, or that
-- somebody holds at this moment, are noted as overdue instead. The ids are in their order.
create or replace function millrace.erase_messages(ids uuid[]) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  -- They name the weeks to look into.
  lowest constant uuid := ids[1];
  highest constant uuid := ids[cardinality(ids)];
  gone uuid[];
begin
  -- Locked before looking: from here on nobody can send one of them round again.
  gone := array(
    select m.id
    from millrace.message m
    where m.id between lowest and highest and m.id = any (ids)
    for update skip locked
  );
  gone := array(
    select g.id
    from unnest(gone) as g(id)
    where not exists (select from millrace.delivery d where d.message_id = g.id)
      and not exists (select from millrace.dead_letter l where l.message_id = g.id)
  );
  delete from millrace.attempt a where a.message_id between lowest and highest and a.message_id = any (gone);
  delete from millrace.message m where m.id between lowest and highest and m.id = any (gone);

  delete from millrace.overdue o where o.message_id = any (ids);
  insert into millrace.overdue (message_id)
  select m.id
  from millrace.message m
  where m.id between lowest and highest and m.id = any (ids);
  return cardinality(gone);
end
$$;

revoke execute on function millrace.erase_messages from public;
