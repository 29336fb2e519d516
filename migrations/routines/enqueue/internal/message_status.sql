-- One word for a message: the least finished status among its deliveries; done when it has none.
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

revoke execute on function millrace.message_status from public;
