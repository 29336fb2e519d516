-- One word for a message that may be in several queues: the first of its deliveries' statuses by status_rank. A message
-- without deliveries, because nobody subscribed to its type, is done. status and the answers to duplicates show it.
create or replace function millrace.message_status(id uuid) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(
    (
      select s.status
      from millrace.delivery_status s
      where s.message_id = message_status.id
      order by millrace.status_rank(s.status)
      limit 1
    ),
    'done'
  )
$$;
