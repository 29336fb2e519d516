-- Sends an event to a message, whose handlers in steps wait for one of that name, or will: it is kept with the message. The first one of a
-- name counts, and what waits for it becomes due. Repeated, it changes nothing and answers the same.
-- Operators call it, and the HTTP API, also for those who may enqueue the message's type.
create or replace function millrace.send_event(
  id uuid, name text, payload json default 'null', actor text default null, types text[] default null,
  eager boolean default false
) returns json
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
-- A custom plan for the values of this call would come out the same.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  most constant integer := 100;
  entry millrace.event;
  is_due boolean;
  woken integer;
begin
  perform millrace.require_steps_read_committed();
  perform millrace.require_event(name, payload);
  -- Its handlers run in another database, to which it is sent or was sent: there the event is to go.
  if millrace.elsewhere() is not null
    and exists (select from millrace.deliveries_of(send_event.id) as d where d.queue = 'elsewhere') then
    return null;
  end if;
  -- Tables come in one order, and this one before the message's.
  perform from millrace.step s where s.message_id = send_event.id limit 1;
  -- Who begins to wait passes over the delivery whose message somebody has, and looks again later: see wait_in_steps. It keeps the message,
  -- too, as erase_messages passes it over; a replay's weaker lock goes beside it.
  perform from millrace.message m
  where m.id = send_event.id and (send_event.types is null or m.type = any (send_event.types))
  for no key update;
  if not found then
    return null;
  end if;
  select e.* into entry from millrace.event e where e.message_id = send_event.id and e.name = send_event.name;
  if not found then
    -- The lock keeps anybody else from adding one meanwhile.
    if (select count(*) from millrace.event e where e.message_id = send_event.id) >= most then
      return json_build_object('accepted', false, 'sentAt', null, 'isDue', false, 'wake', false);
    end if;
    insert into millrace.event (message_id, name, payload) values (id, name, payload) returning * into entry;
    update millrace.delivery d
    set available_at = statement_timestamp()
    -- Served by the primary key alone; settle_done explains this form.
    where d.message_id = any (array[send_event.id]) and d.lease_expires_at is null
      and d.available_at > statement_timestamp()
      -- What is held back, since its key is paused or at its limit, was due already, and finds the event when it is let go.
      and d.available_at < millrace.held_back_from()
      and exists (
        select from millrace.step s
        where s.message_id = send_event.id and s.queue_id = d.queue_id and s.kind = 'event' and s.name = send_event.name
          and s.finished_at is null
      );
    get diagnostics woken = row_count;
    perform millrace.audit_action(
      actor, 'send-event', jsonb_build_object('messageId', id, 'event', name), woken
    );
  end if;
  -- Looked for, and not remembered: a call whose answer was lost has made it due, and nobody was woken for it yet.
  is_due := exists (
    select from millrace.delivery d
    -- Served by the primary key alone; settle_done explains this form.
    where d.message_id = any (array[send_event.id]) and d.lease_expires_at is null and d.available_at <= statement_timestamp()
      and exists (
        select from millrace.step s
        where s.message_id = send_event.id and s.queue_id = d.queue_id and s.kind = 'event' and s.name = send_event.name
          and s.finished_at is null
      )
  );
  return json_build_object(
    'accepted', entry.payload::jsonb = payload::jsonb,
    'sentAt', entry.sent_at,
    'isDue', is_due,
    -- Asked last: until this transaction ends, a drain that is about to end waits for it.
    'wake', eager and is_due and millrace.ask_wake_up()
  );
end
$$;

comment on function millrace.send_event is
  'Sends an event to a message, for handlers in steps that wait for it by its name, now or later. name: 1 to 100 characters; payload: '
  'at most 16,384 bytes, in levels and numbers limited as a message''s; actor: who does it, for the audit table; the session''s user when null; types: of which the message has to '
  'be, any when null; eager: as in enqueue_to_wake. The first one of a name counts. '
  'Answers {"accepted", "sentAt", "isDue", "wake"}: whether the one that counts has this payload, and when it was sent, which is null when '
  'the message has 100 events of other names and this one is not kept; whether a delivery that waits for it can be claimed; and wake '
  'as in enqueue_to_wake. Null when no such message is kept. May be repeated. '
  'Errors: MR002 unfit argument; MR005 above read committed.';
grant execute on function millrace.send_event to millrace_operator;
