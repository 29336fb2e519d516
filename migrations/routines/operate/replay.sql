-- Delivers a kept message again, to one queue or to all that subscribe to its type now. Queues in which it is still
-- live are left out; in those where it is a dead letter that is redriven. In the others it becomes a new delivery with
-- the default priority and without a group, since these are kept with the delivery and not with the message. Operators
-- call it, and the HTTP API for them.
create or replace function millrace.replay(id uuid, queue text default null, actor text default null) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
as $$
declare
  elsewhere constant smallint := millrace.elsewhere();
  queue_ids smallint[];
  names text[];
  letters tid[];
  on_sqs smallint;
  -- Those that are delivered again by this call.
  anew smallint[];
begin
  -- The row's lock keeps the message until this commits: erase_messages passes over what somebody has locked.
  perform from millrace.message m where m.id = replay.id for key share;
  if not found then
    return null;
  end if;
  if queue is not null and not exists (select from millrace.queue q where q.name = replay.queue) then
    raise 'no queue is named "%"', queue using errcode = 'MR006';
  end if;
  -- It would pass for something that belongs to another database, and has its message sent there although it is at home here.
  if queue = 'elsewhere' and elsewhere is not null and not exists (
    select from millrace.dead_letter l where l.message_id = replay.id and l.queue_id = elsewhere
  ) then
    raise 'nothing is replayed to the queue "elsewhere" but what is dead there: it is for what belongs to another database'
      using errcode = 'MR006';
  end if;
  select coalesce(array_agg(q.id order by q.id), '{}'), coalesce(array_agg(q.name order by q.id), '{}')
  into queue_ids, names
  from millrace.queue q
  where not exists (
      select
      from millrace.delivery d
      -- What waits to be sent on to another database is live in all queues: it is delivered there.
      where d.message_id = replay.id and (d.queue_id = q.id or d.queue_id = elsewhere)
    )
    and not exists (select from millrace.parcels_of(replay.id) as p where p.queue_id = q.id)
    and case
      when queue is not null then q.name = queue
      -- It was not to be sent there, and is tried once more: it has never been delivered at all.
      when exists (
        select from millrace.dead_letter l where l.message_id = replay.id and l.queue_id = elsewhere
      ) then q.id = elsewhere
      else exists (
        select from millrace.subscription s
        join millrace.message m on m.type = s.type
        where s.queue_id = q.id and m.id = replay.id
      )
    end;
  letters := array(
    select l.ctid
    from millrace.dead_letter l
    where l.message_id = any (array[replay.id]) and l.queue_id + 0 = any (queue_ids)
    order by l.queue_id
    -- Waits for whoever redrives or discards a letter at this moment; after that it is gone, and not found. All
    -- letters come before the first delivery: a redrive may wait for a delivery, and holds letters meanwhile.
    for update
  );
  foreach on_sqs in array array(
    select q.id from millrace.queue q where q.id = any (queue_ids) and q.engine in ('sqs', 'sqs-fifo') order by q.id
  ) loop
    perform millrace.begin_rounds(on_sqs, array[replay.id]);
  end loop;
  anew := array(select l.queue_id from millrace.dead_letter l where l.ctid = any (letters));
  perform millrace.redrive_letters(letters);
  with sent as (
    insert into millrace.delivery (message_id, queue_id, available_at)
    select replay.id, q, statement_timestamp() from unnest(queue_ids) as q order by q
    -- It was redriven a moment ago, or somebody else is replaying it at this moment, and theirs will do.
    on conflict (message_id, queue_id) do nothing
    returning queue_id
  )
  select anew || array_agg(s.queue_id) into anew from sent s;
  -- A handler in steps begins anew, where a redrive goes on behind what is recorded. Only in queues in which this call has brought the
  -- delivery back: until it commits nobody has it, and no step is recorded in between.
  if exists (select from millrace.queue q where q.id = any (anew) and q.has_steps) then
    delete from millrace.step s where s.message_id = replay.id and s.queue_id = any (anew);
  end if;
  perform millrace.audit_action(
    actor, 'replay', jsonb_build_object('messageId', id, 'queue', queue), cardinality(names)
  );
  return json_build_object('queues', to_json(names));
end
$$;

comment on function millrace.replay is
  'Delivers a kept message again: to one queue, or to all that subscribe to its type now when queue is null. actor: who '
  'does it, for the audit table; the session''s user when null. Answers {"queues": [names]}, without those in which it is '
  'still live; [] while it waits to be sent to another database. Null when no such message is kept. Errors: MR005 a dead '
  'letter in a group above read committed, MR006 unknown queue, or it is elsewhere and has no dead letter of the message.';
grant execute on function millrace.replay to millrace_operator;
