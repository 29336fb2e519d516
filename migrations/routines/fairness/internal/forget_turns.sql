-- Removes what turn_reached says of ten minutes ago and more, but for the newest of each level, which says where the next turns begin.
-- maintain calls it.
create or replace function millrace.forget_turns() returns void
language sql
set search_path = pg_catalog, pg_temp
as $$
  delete from millrace.turn_reached r
  where r.reached_at <= statement_timestamp() - interval '10 minutes'
    and exists (
      select from millrace.turn_reached n
      where n.queue_id = r.queue_id and n.priority = r.priority and (n.turn, n.sequence) > (r.turn, r.sequence)
    )
$$;
