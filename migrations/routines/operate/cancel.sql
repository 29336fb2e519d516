-- Cancels those deliveries of a message that nobody is processing, in every queue, with those whose lease ran out; what
-- is being processed goes on.
-- Operators call it, and the HTTP API for them. Groups in which something was cancelled go on with their next members.
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
  queues := millrace.cancel_waiting(array[id], with_suspects => true);
  perform millrace.audit_action(actor, 'cancel', jsonb_build_object('messageId', id), cardinality(queues));
  return json_build_object('cancelled', to_json(queues));
end
$$;

comment on function millrace.cancel is
  'Cancels the deliveries of a message that nobody is processing, or whose lease ran out. Answers {"cancelled": [names '
  'of queues]}, or null '
  'when no such message is kept. actor: who does it, for the audit table; the session''s user when null. Errors: '
  'MR005 a delivery is in a group and the transaction above read committed.';
grant execute on function millrace.cancel to millrace_operator;
