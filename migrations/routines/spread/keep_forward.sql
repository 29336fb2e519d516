-- Makes of a forward what it would have been here from the start, when this database turns out to be where it belongs: its
-- deliveries for all queues that subscribe to its type, behind what the group has already. The relaying consumer calls it, which has
-- claimed the forward. Depth limits do not turn it away, since nobody could send it again.
-- Answers false, with nothing changed, when the token does not hold the forward, as after the same call before.
create or replace function millrace.keep_forward(token uuid, id uuid, asked boolean) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
  elsewhere constant smallint := millrace.elsewhere();
  held record;
  as_sent jsonb;
  where_to record;
  in_queue smallint;
begin
  perform millrace.require_read_committed('keeping a forward');
  perform millrace.is_spread();
  select d.priority, d.kib, d.group_key as lane, m.type, (m.origin).group_key as group_key, f.options,
    (f.options ->> 'scheduledAt')::timestamptz as due_at
  into held
  from millrace.delivery d
  join millrace.message m on m.id = d.message_id
  left join millrace.forward f on f.message_id = d.message_id
  -- Served by the primary key alone; settle_done explains this form.
  where d.message_id = any (array[keep_forward.id]) and d.queue_id + 0 = elsewhere
    and d.lease_token = token and d.lease_expires_at is not null
  -- Waits for whoever settles it at this moment, and then does not find it.
  for update of d;
  if not found then
    return false;
  end if;
  as_sent := jsonb_build_array(jsonb_build_object(
    'groupKey', held.group_key, 'idempotencyKey', held.options -> 'idempotencyKey',
    'place', jsonb_build_object('databases', 16, 'asked', asked)
  ));
  select w.* into where_to from millrace.where_members_belong(as_sent, are_forwards => true) as w;
  if found then
    perform millrace.refuse_elsewhere(as_sent, where_to.position, where_to.database, where_to.asked, where_to.is_busy);
  end if;

  delete from millrace.delivery d where d.message_id = keep_forward.id and d.queue_id = elsewhere;
  delete from millrace.forward f where f.message_id = keep_forward.id;
  insert into millrace.delivery (message_id, queue_id, priority, group_key, fairness_key, kib, available_at, due_at)
  -- As in redrive_letters: a member of a group comes in as blocked, and restart_groups lets go whose turn it is.
  select keep_forward.id, s.queue_id, held.priority, held.group_key,
    case when q.is_fair then held.options ->> 'fairnessKey' end, held.kib,
    case when held.group_key is null then greatest(held.due_at, statement_timestamp()) else 'infinity' end,
    case when held.group_key is not null and held.due_at > statement_timestamp() then held.due_at end
  from millrace.subscription s
  join millrace.queue q on q.id = s.queue_id
  where s.type = held.type
  order by s.queue_id
  -- A replay has made it.
  on conflict (message_id, queue_id) do nothing;
  if held.group_key is not null then
    for in_queue in select s.queue_id from millrace.subscription s where s.type = held.type order by s.queue_id loop
      perform millrace.restart_groups(in_queue, array[held.group_key]);
    end loop;
  end if;
  if held.lane is not null then
    perform millrace.restart_groups(elsewhere, array[held.lane]);
  end if;
  return true;
end
$$;

comment on function millrace.keep_forward is
  'Makes deliveries here of a claimed forward, a delivery of the queue elsewhere, which belongs to this database after all, and ends '
  'the forward. asked: as forwards or MR013 had it. Answers false when the token does not hold it. Errors: MR005 above read '
  'committed, MR013 it belongs to the database that the detail has; lock_not_available (55P03) a producer decides on its group: to '
  'be repeated.';
grant execute on function millrace.keep_forward to millrace_consumer;
