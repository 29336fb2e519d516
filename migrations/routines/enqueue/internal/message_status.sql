-- One word for a message that may be in several queues: of its deliveries' statuses the one that comes first in the
-- array below, which puts what is live before what has ended. A message without deliveries, because nobody subscribed
-- to its type, is done. status and the answers to duplicates show it.
create or replace function millrace.message_status(id uuid) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(
    (
      select s.status
      from millrace.delivery_status s
      where s.message_id = message_status.id
      order by array_position(
        array['processing', 'pending', 'scheduled', 'blocked', 'dead', 'cancelled', 'done'], s.status
      )
      limit 1
    ),
    'done'
  )
$$;
