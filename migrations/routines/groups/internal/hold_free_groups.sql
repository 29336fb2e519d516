-- As hold_groups, but locks the rows of those groups only that are free, and waits for nobody. A group has no row when
-- its members came in while somebody else was making or removing the row, or when it has no live members, as before a
-- redrive. It gets one then, and that is the one thing that could wait. All rows that are missing are made at once;
-- should somebody be at one of them, each is made by itself and given up after a moment: a transaction that stays open
-- costs no more than six such moments a call, and keeps no other group from going on. restart_groups, regroup and
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
  missing text[];
  absent text;
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
  missing := array(
    select k
    from unnest(group_keys) as k
    where not exists (select from millrace.message_group g where g.queue_id = in_queue and g.group_key = k)
    order by k
  );
  begin
    with new as (
      insert into millrace.message_group (queue_id, group_key)
      select in_queue, m from unnest(missing) as m
      on conflict (queue_id, group_key) do nothing
      returning group_key
    )
    select held || coalesce(array_agg(n.group_key), '{}') into held from new n;
    return held;
  exception
    when lock_not_available then null;
  end;
  for absent in select m from unnest(missing) as m order by random() loop
    begin
      insert into millrace.message_group (queue_id, group_key)
      values (in_queue, absent)
      on conflict (queue_id, group_key) do nothing;
      if found then
        held := held || absent;
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
