-- The dead letters that fit a filter, kept for the caller until its transaction ends, and their groups locked; those
-- that somebody else is redriving or discarding at this moment are left to them.
create or replace function millrace.lock_dead_letters(filter jsonb, max_count integer)
returns setof millrace.dead_letter
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  letters millrace.dead_letter[];
begin
  select array_agg(held.letter) into letters
  from (
    select l as letter
    from millrace.dead_letter l
    join millrace.matching_dead_letters(filter, null, least(max_count, 10000)) as m
      on m.message_id = l.message_id and m.queue_id = l.queue_id
    for update of l skip locked
  ) as held;
  -- All groups at once and in key order, as everybody locks them.
  perform pg_advisory_xact_lock(key)
  from (
    select distinct millrace.group_lock_key(l.queue_id, l.group_key) as key
    from unnest(letters) as l
    where l.group_key is not null
    order by key
  ) as in_order;
  return query select l.* from unnest(letters) as l;
end
$$;

revoke execute on function millrace.lock_dead_letters from public;
