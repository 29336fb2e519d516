-- Gives dead letters up: their deliveries are logged as cancelled, and groups that waited for them go on. places: where
-- the letters lie, all of them locked. act_on_letters calls it.
create or replace function millrace.discard_letters(places tid[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  left_group record;
begin
  for left_group in
    with letter as (
      delete from millrace.dead_letter l
      where l.ctid = any (places)
      returning l.message_id, l.queue_id, l.attempts, l.group_key
    ),
    logged as (
      insert into millrace.attempt (message_id, outcome, queue_id, attempt)
      select l.message_id, 'cancelled', l.queue_id, l.attempts from letter l
    )
    select l.queue_id, array_agg(distinct l.group_key) as group_keys
    from letter l
    where l.group_key is not null
    group by l.queue_id
    order by l.queue_id
  loop
    perform millrace.restart_groups(left_group.queue_id, left_group.group_keys);
  end loop;
end
$$;
