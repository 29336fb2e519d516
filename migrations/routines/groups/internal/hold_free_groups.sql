-- As hold_groups, but locks the rows of those groups only that are free, and waits for nobody. A group has
-- no row when its members came in while somebody else was making or removing the row. It gets one then, and that is the
-- one thing that could wait, so each row is made by itself and given up after a moment: a transaction that stays open
-- costs no more than five such moments a call, and keeps no other group from going on. restart_groups and
-- restart_disturbed_groups call it.
create or replace function millrace.hold_free_groups(in_queue smallint, group_keys text[]) returns text[]
language plpgsql
set search_path = pg_catalog, pg_temp
set lock_timeout = '5ms'
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  held text[];
  missing text;
  given_up integer := 0;
begin
  held := array(
    select g.group_key
    from millrace.message_group g
    where g.queue_id = in_queue and g.group_key = any (group_keys)
    for update skip locked
  );
  if cardinality(held) = cardinality(group_keys) then
    return held;
  end if;
  for missing in
    select k
    from unnest(group_keys) as k
    where not exists (select from millrace.message_group g where g.queue_id = in_queue and g.group_key = k)
    order by random()
  loop
    begin
      insert into millrace.message_group (queue_id, group_key)
      values (in_queue, missing)
      on conflict (queue_id, group_key) do nothing;
      if found then
        held := held || missing;
      end if;
    exception
      when lock_not_available then
        given_up := given_up + 1;
    end;
    exit when given_up = 5;
  end loop;
  return held;
end
$$;
