-- One word for a message that may be in several queues: the first of its deliveries' statuses by status_rank. A message
-- without deliveries, because nobody subscribed to its type, is done. status and the answers to duplicates show it.
create or replace function millrace.message_status(id uuid) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(
    (
      select s.status
      from millrace.deliveries_of(message_status.id) as s
      order by millrace.status_rank(s.status)
      limit 1
    ),
    'done'
  )
$$;
