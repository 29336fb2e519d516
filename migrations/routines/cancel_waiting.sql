-- Cancels the deliveries of a message that nobody is processing; answers the names of their queues.
create or replace function millrace.cancel_waiting(id uuid) returns text[]
language plpgsql
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  gone record;
  queues text[] := '{}';
begin
  -- Before a member goes: a settle that is about to release it would find nobody, and leave the rest waiting.
  perform pg_advisory_xact_lock(key)
  from (
    select millrace.group_lock(d.queue_id, d.group_key) as key
    from millrace.delivery d
    where d.message_id = cancel_waiting.id and d.group_key is not null
    order by key
  ) as in_order;
  for gone in
    with cancelled as (
      delete from millrace.delivery d
      where d.message_id = cancel_waiting.id and d.lease_expires_at is null
      returning d.*
    ),
    logged as (
      insert into millrace.attempt (message_id, outcome, queue_id, attempt)
      select c.message_id, 'cancelled', c.queue_id, c.attempt from cancelled c
    )
    select c.queue_id, c.group_key, c.sequence, c.available_at, q.name
    from cancelled c
    join millrace.queue q on q.id = c.queue_id
    order by c.queue_id
  loop
    queues := queues || gone.name;
    -- A blocked member frees nobody.
    if gone.group_key is not null and gone.available_at < 'infinity' then
      perform millrace.release_groups(gone.queue_id, array[gone.group_key], array[gone.sequence]);
    end if;
  end loop;
  return queues;
end
$$;

revoke execute on function millrace.cancel_waiting from public;
