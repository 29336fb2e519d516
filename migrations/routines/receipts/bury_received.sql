-- Makes dead letters of what SQS has given up and put into its dead-letter queue. The error is the last one that is recorded of
-- the delivery in this round, or says that there is none. The dead-letter function calls it; see decided_copies for what has ended.
create or replace function millrace.bury_received(queue text, received jsonb) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- As in receive.
set lock_timeout = '2s'
-- As in settle_done: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  queue_row millrace.queue;
  given_up record;
begin
  select q.* into queue_row from millrace.queue q where q.name = bury_received.queue;
  if not found then
    raise 'no queue is named "%"', queue using errcode = 'MR006';
  end if;
  perform millrace.store_received_messages(queue_row.id, received, millrace.copied_ids(received));
  perform millrace.hold_receipts(queue_row.id, received);
  -- Whoever has the lease has not settled within all the time that SQS gave.
  with lost as (
    select distinct on (c.id) r.message_id, r.lease_token, r.attempts
    from millrace.copies_of(received) as c
    cross join lateral (
      select r.*
      from millrace.receipt r
      -- Served by the primary key alone; settle_done explains this form, and hold_receipts what is behind it.
      where r.message_id = any (array[c.id]) and r.queue_id + 0 = queue_row.id
      offset 0
    ) as r
    where r.round = c.round and r.lease_expires_at is not null
  )
  insert into millrace.attempt (message_id, lease_token, outcome, queue_id, attempt, error)
  select l.message_id, l.lease_token, 'expired', queue_row.id, l.attempts, millrace.lease_expired_error() from lost l;

  select jsonb_object_agg(c.id, coalesce(e.error, millrace.given_up_error(c.count)))
      filter (where r.round < c.round or (r.round = c.round and r.ended_at is null)) as errors,
    array_agg(c.id) filter (where r.round > c.round or (r.round = c.round and r.ended_at is not null)) as ended
  into given_up
  from millrace.copies_of(received) as c
  cross join lateral (
    select r.*
    from millrace.receipt r
    -- As above.
    where r.message_id = any (array[c.id]) and r.queue_id + 0 = queue_row.id
    offset 0
  ) as r
  left join lateral (
    select a.error
    from millrace.attempt a
    -- Nothing has happened in a round that has just begun.
    where a.message_id = c.id and a.queue_id = queue_row.id and a.error is not null
      and r.round = c.round and r.lease_token is not null
    order by a.finished_at desc
    limit 1
  ) as e on true;
  if given_up.errors is not null then
    perform millrace.bury_received_copies(queue_row.id, received, null, given_up.errors);
  end if;
  return json_build_object(
    'dead', (select coalesce(json_agg(e), '[]') from jsonb_object_keys(coalesce(given_up.errors, '{}')) as e),
    'ended', to_json(coalesce(given_up.ended, '{}'))
  );
end
$$;

comment on function millrace.bury_received is
  'Makes dead letters of what SQS has put into its dead-letter queue. received: [{message, count}], the message as the body of '
  'SQS''s has it and how often SQS has delivered it. Answers {"dead": [ids], "ended": [ids]}, ended being done, dead or superseded '
  'by a later round; all are to be deleted from SQS. Errors: MR006 unknown queue, lock_not_available (55P03) '
  'an open transaction has held one of them for 2 s: to be called for each by itself.';
grant execute on function millrace.bury_received to millrace_consumer;
