-- Cancels those deliveries of a message that nobody is processing, in every queue, with those whose lease ran out; what
-- is being processed goes on, and what SQS has: nobody can take a message back from there.
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
  return json_strip_nulls(
    json_build_object(
      'cancelled', to_json(queues),
      'relayed', (
        select json_agg(s.queue order by s.queue) from millrace.deliveries_of(cancel.id) as s where s.status = 'relayed'
      )
    )
  );
end
$$;

comment on function millrace.cancel is
  'Cancels the deliveries of a message that nobody is processing, or whose lease ran out. Answers {"cancelled": [names '
  'of queues], "relayed": [those in which SQS has it, where it goes on; left out when there are none]}, or null '
  'when no such message is kept. actor: who does it, for the audit table; the session''s user when null. Errors: '
  'MR005 a delivery is in a group and the transaction above read committed.';
grant execute on function millrace.cancel to millrace_operator;
