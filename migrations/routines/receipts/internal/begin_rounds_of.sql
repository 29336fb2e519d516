-- Begins the next round of those dead letters whose queue SQS carries; places: where they lie, all of them locked. act_on_letters
-- and replay call it before the letters become deliveries.
create or replace function millrace.begin_rounds_of(places tid[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  letters record;
begin
  if not exists (select from millrace.queue q where q.engine <> 'postgres') then
    return;
  end if;
  for letters in
    select l.queue_id, array_agg(l.message_id) as ids
    from millrace.dead_letter l
    join millrace.queue q on q.id = l.queue_id
    where l.ctid = any (places) and q.engine <> 'postgres'
    group by l.queue_id
    order by l.queue_id
  loop
    perform millrace.begin_rounds(letters.queue_id, letters.ids);
  end loop;
end
$$;
