-- Erases messages with their attempts, steps and events, and answers how many. The ids are given in ascending order. Those that a live delivery,
-- a dead letter or an open chord needs, or that somebody has locked at this moment, are noted in overdue instead, where
-- erase_overdue finds them once nothing needs them.
create or replace function millrace.erase_messages(ids uuid[]) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
as $$
declare
  -- The bounds of the ids let the planner leave out the partitions of all other weeks, which it cannot do from the
  -- array alone.
  lowest constant uuid := ids[1];
  highest constant uuid := ids[cardinality(ids)];
  gone uuid[];
begin
  -- Locked before the look: from here on nobody can replay one of them, since replay locks the message first. What
  -- somebody has locked already is left alone.
  gone := array(
    select m.id
    from millrace.message m
    where m.id between lowest and highest and m.id = any (ids)
    for update skip locked
  );
  gone := array(
    select g.id
    from unnest(gone) as g(id)
    where not millrace.is_awaited(g.id, g.id)
      and not exists (select from millrace.delivery d where d.message_id = g.id)
      and not exists (
        select from millrace.parcel p
        where p.first_id between millrace.span_start(g.id) and millrace.span_end(g.id) and g.id = any (p.message_ids)
      )
      and not exists (select from millrace.dead_letter l where l.message_id = g.id)
  );
  perform millrace.erase_done_attempts(gone);
  delete from millrace.attempt a where a.message_id between lowest and highest and a.message_id = any (gone);
  delete from millrace.step s where s.message_id between lowest and highest and s.message_id = any (gone);
  delete from millrace.event e where e.message_id between lowest and highest and e.message_id = any (gone);
  delete from millrace.message m where m.id between lowest and highest and m.id = any (gone);

  delete from millrace.overdue o where o.message_id = any (ids);
  insert into millrace.overdue (message_id)
  select m.id
  from millrace.message m
  where m.id between lowest and highest and m.id = any (ids);
  return cardinality(gone);
end
$$;
