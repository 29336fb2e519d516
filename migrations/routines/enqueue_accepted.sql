-- Stores messages whose options are known and whose queues have room.
create or replace function millrace.enqueue_accepted(messages jsonb) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if messages @? '$[*] ? (exists (@.idempotencyKey) || exists (@.idempotencySeconds) || exists (@.replace))' then
    return millrace.enqueue_keyed(messages);
  end if;
  return millrace.enqueue_new(messages);
end
$$;

revoke execute on function millrace.enqueue_accepted from public;
