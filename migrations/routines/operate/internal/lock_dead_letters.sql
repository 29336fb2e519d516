-- Locks the dead letters that fit a filter, at most 10,000, and the groups that they are in, until the caller's
-- transaction ends; answers the letters. Those that somebody else is redriving or discarding at this moment are left to
-- them. redrive and discard call it.
create or replace function millrace.lock_dead_letters(filter jsonb, max_count integer)
returns setof millrace.dead_letter
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  letters millrace.dead_letter[];
begin
  perform millrace.require_filter(filter);
  select array_agg(held.letter) into letters
  from (
    select l as letter
    from millrace.dead_letter l
    join millrace.matching_dead_letters(filter, null, least(max_count, 10000)) as m
      on m.message_id = l.message_id and m.queue_id = l.queue_id
    for update of l skip locked
  ) as held;
  -- All groups in one round and in the order of their keys, across queues; see lock_groups.
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
