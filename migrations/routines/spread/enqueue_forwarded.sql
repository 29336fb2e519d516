-- Enqueues a message that another database of the deployment has taken and that belongs here: what the relaying consumer does with
-- what forwards has told it there. It was looked at when it was taken, so its caller, its cause and its place are believed. Depth
-- limits do not turn it away: whoever has enqueued it has gone. The id makes a call that is repeated store it once.
create or replace function millrace.enqueue_forwarded(message jsonb, caller text, asked boolean) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  messages constant jsonb := jsonb_build_array(
    -- As many as there may be: it is refused and never forwarded once more. It could come back to where it is stored as a forward,
    -- and pass there for one that has arrived.
    message || jsonb_build_object('place', jsonb_build_object('databases', 16, 'asked', asked, 'isForward', true))
  );
  -- An idempotency key may be held by an open transaction.
  waited constant text := current_setting('lock_timeout');
  answer json;
begin
  -- A relay that did not hear the answer may come again after days, when answer_for_stored would not know it any more.
  if exists (
    select
    from millrace.message m
    where m.id = (message ->> 'id')::uuid and m.type = message ->> 'type'
      and m.payload::jsonb = coalesce(message -> 'payload', 'null')
  ) then
    return json_build_object(
      'id', message ->> 'id', 'type', message ->> 'type', 'duplicate', false,
      'status', millrace.message_status((message ->> 'id')::uuid)
    );
  end if;
  perform set_config('lock_timeout', '2s', true);
  answer := case
    when message ->> 'idempotencyKey' is not null then millrace.enqueue_keyed(messages, caller)
    else millrace.store_unless_stored(messages, caller)
  end;
  perform set_config('lock_timeout', waited, true);
  return answer -> 0;
exception
  -- As in enqueue_with_options.
  when data_exception or invalid_parameter_value or datetime_field_overflow or sqlstate 'MR002' then
    perform millrace.refuse_messages(jsonb_build_array(message - 'causedBy'));
    raise;
end
$$;

comment on function millrace.enqueue_forwarded is
  'Enqueues a message that forwards has told of in another database: message, caller and asked as there, or asked as in MR013. '
  'Answers as enqueue_many does for one message. Errors: MR001, MR002, MR003, MR004, MR005, MR007, MR011, MR014 as enqueue_many, MR013 it '
  'belongs to the database that the detail has; lock_not_available (55P03) a producer decides on its group, or others of it wait '
  'there to be sent on: to be repeated.';
grant execute on function millrace.enqueue_forwarded to millrace_consumer;
