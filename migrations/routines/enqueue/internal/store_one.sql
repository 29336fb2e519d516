-- Stores one message that has no option but its id, and answers its status. Null, with nothing stored, when it is not fit for it,
-- or nobody subscribes to its type: store_alike looks closer. enqueue_plain calls it, whose parameters it has, and whose login is
-- believed as store_alike says.
-- One statement finds out all that it needs. Plpgsql prepares every expression of its own anew in each transaction, and most single
-- messages have one of their own: asked one after the other, these conditions took longer than in one statement.
-- Without settings of its own, as store_alike.
create or replace function millrace.store_one(type text, ids uuid[], kib smallint, payloads json) returns json
language plpgsql
as $$
begin
  -- Nobody's payload needs a look as jsonb for the sake of its escapes: "->" reads them all, and refuses what jsonb refuses.
  if not millrace.acts_for_others() then
    kib := (millrace.measured_kibs(payloads::jsonb))[1];
    payloads := payloads::jsonb;
  end if;
  with queues as materialized (
    select s.queue_id as id, (select q.max_depth is not null from millrace.queue q where q.id = s.queue_id) as is_limited
    from millrace.subscription s
    where s.type = store_one.type
    -- The order of the primary key, so that it is walked: a bitmap of it would take longer to begin.
    order by s.queue_id
  ),
  stored as (
    insert into millrace.message (id, type, payload, enqueued_by)
    select ids[1], store_one.type, payloads -> 0, quote_ident(session_user)::regrole
    where json_array_length(payloads) = 1
      and store_one.kib between 1 and 256
      and get_byte(uuid_send(ids[1]), 6) >> 4 = 7
      and (select not bool_or(q.is_limited) from queues q)
    returning message.id
  )
  insert into millrace.delivery (message_id, queue_id, kib, available_at)
  select m.id, q.id, store_one.kib, statement_timestamp()
  from stored m
  cross join queues q;
  return case when found then '"pending"'::json end;
exception
  -- The id is there already, or a partition came into being meanwhile; see store_alike.
  when unique_violation or check_violation then
    return null;
end
$$;
