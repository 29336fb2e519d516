-- Stores one message that has no option but its id, and answers its status. Null, with nothing stored, when it is not fit for it,
-- or nobody subscribes to its type: store_alike looks closer. enqueue_plain calls it, whose parameters it has, and whose login is
-- believed as store_alike says.
-- One statement of one table finds out all that it needs. Plpgsql prepares every expression of its own anew in each transaction, and
-- most single messages have one of their own: asked one after the other, these conditions would take longer.
-- Without settings of its own, as store_alike.
create or replace function millrace.store_one(type text, ids uuid[], kib smallint, payloads json) returns json
language plpgsql
as $$
declare
  queues smallint[];
begin
  -- Nobody's payload needs a look as jsonb for the sake of its escapes: "->" reads them all, and refuses what jsonb refuses.
  if not millrace.acts_for_others() then
    kib := (millrace.measured_kibs(payloads::jsonb))[1];
    payloads := payloads::jsonb;
  end if;
  select t.plain_queues into queues
  from millrace.message_type t
  where t.name = store_one.type
    and t.plain_queues <> '{}'
    and json_array_length(payloads) = 1
    and kib between 1 and 256
    and get_byte(uuid_send(ids[1]), 6) >> 4 = 7;
  if not found then
    return null;
  end if;
  insert into millrace.message (id, type, payload, enqueued_by)
  values (ids[1], type, payloads -> 0, quote_ident(session_user)::regrole);
  insert into millrace.delivery (message_id, queue_id, kib, available_at)
  select ids[1], unnest(queues), kib, statement_timestamp();
  return '"pending"';
exception
  -- The id is there already, or a partition came into being meanwhile; see store_alike.
  when unique_violation or check_violation then
    return null;
end
$$;
