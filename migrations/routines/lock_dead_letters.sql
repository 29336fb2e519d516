-- The dead letters that fit a filter, kept for the caller until its transaction ends; those that somebody else is
-- redriving or discarding at this moment are left to them.
create or replace function millrace.lock_dead_letters(filter jsonb, max_count integer)
returns setof millrace.dead_letter
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select l.*
  from millrace.dead_letter l
  join millrace.matching_dead_letters(filter, null, least(max_count, 10000)) as m
    on m.message_id = l.message_id and m.queue_id = l.queue_id
  for update of l skip locked
$$;

revoke execute on function millrace.lock_dead_letters from public;
