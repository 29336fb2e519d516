-- Cancels the deliveries of a message that have not been started. Answers {"cancelled": [queues]}, null when no such
-- message is kept. What is being processed goes on.
create or replace function millrace.cancel(id uuid, actor text default null) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  queues text[];
begin
  perform from millrace.message m where m.id = cancel.id;
  if not found then
    return null;
  end if;
  queues := millrace.cancel_waiting(array[id]);
  perform millrace.audit_action(actor, 'cancel', jsonb_build_object('messageId', id), cardinality(queues));
  return json_build_object('cancelled', to_json(queues));
end
$$;

revoke execute on function millrace.cancel from public;
grant execute on function millrace.cancel to millrace_operator;
