-- Locks the dead letters that fit a filter, at most 10,000, until the caller's transaction ends; answers the letters.
-- Those that somebody else is redriving or discarding at this moment are left to them. redrive and discard call it.
create or replace function millrace.lock_dead_letters(filter jsonb, max_count integer)
returns setof millrace.dead_letter
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform millrace.require_filter(filter);
  return query
    select l.*
    from millrace.dead_letter l
    join millrace.matching_dead_letters(filter, null, least(max_count, 10000)) as m
      on m.message_id = l.message_id and m.queue_id = l.queue_id
    for update of l skip locked;
end
$$;
