-- Lets all groups go on that wait behind a dead letter, in the given queues. sync calls it for queues whose policy no
-- longer has a dead letter block its group.
create or replace function millrace.restart_waiting_groups(in_queues smallint[]) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select millrace.restart_groups(q, array_agg(distinct l.group_key))
  from millrace.queue q
  join millrace.dead_letter l on l.queue_id = q.id
  where q.id = any (in_queues) and l.group_key is not null
  group by q.id
$$;
