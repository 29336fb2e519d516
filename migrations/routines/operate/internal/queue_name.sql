-- The name of a queue, for where none is at hand. A function of its own, with settings, so that it stays one call: a subquery in its
-- place makes the planner look up dead letters in another way. matching_dead_letters and lock_named_letters ask for named letters.
create or replace function millrace.queue_name(queue_id smallint) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select q.name from millrace.queue q where q.id = queue_id
$$;
