-- Takes deliveries that SQS has brought, before their handlers are called. An SQS consumer calls it for what SQS has delivered
-- before, and for everything of a queue with once; see decided_copies for what becomes of each.
-- Suspects come last: alone tells that these are the ones, and together how many of them are handled side by side.
-- A repeated call with the same token answers the same, and holds what it holds for lease_seconds from then on.
create or replace function millrace.receive(
  queue text, token uuid, received jsonb, lease_seconds integer, alone boolean default false, together integer default 1
) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- Somebody may have left a transaction open that holds one of the deliveries. The others need not wait for it.
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
  decided millrace.decided[];
  spent jsonb;
  answer json;
begin
  select q.* into queue_row from millrace.queue q where q.name = receive.queue;
  if not found then
    raise 'no queue is named "%"', queue using errcode = 'MR006';
  end if;
  -- Only when these are all: who has made some receipts may wait for no others, or two such calls could wait for each other.
  if not received @? '$[*] ? (@.count > 1)' then
    answer := millrace.receive_first(queue_row.id, receive.token, received, receive.lease_seconds);
    if answer is not null then
      return answer;
    end if;
  end if;
  perform millrace.store_received_messages(queue_row.id, received, millrace.copied_ids(received));
  perform millrace.hold_receipts(queue_row.id, received);
  decided := array(
    select d
    from millrace.decided_copies(
      queue_row, received, receive.token, receive.lease_seconds, case when alone then receive.together else 0 end
    ) as d
    order by d.position
  );
  perform millrace.log_lost_attempts(queue_row.id, decided);
  select jsonb_object_agg(d.id, millrace.lease_expired_error()) into spent
  from unnest(decided) as d
  where d.state = 'dead' and d.lost_at is not null;
  if spent is not null then
    perform millrace.bury_received_copies(queue_row.id, received, receive.token, spent);
  end if;
  update millrace.receipt r
  set round = d.round, attempts = d.attempt, outcome = null, lease_token = receive.token,
    lease_expires_at = statement_timestamp() + make_interval(secs => receive.lease_seconds), due_at = null, ended_at = null,
    lost_leases = d.lost_leases, kept_until = current_date + 30
  from unnest(decided) as d
  cross join lateral (
    select k.ctid as place
    from millrace.receipt k
    -- Served by the primary key alone; settle_done explains this form, and hold_receipts what is behind it.
    where k.message_id = any (array[d.id]) and k.queue_id + 0 = queue_row.id and d.state = 'taken'
    offset 0
  ) as k
  where r.ctid = k.place;
  return (
    select coalesce(
      json_agg(
        json_build_object('state', d.state, 'attempt', d.attempt, 'waitSeconds', d.wait_seconds, 'together', d.together)
        order by d.position
      ),
      '[]'
    )
    from unnest(decided) as d
  );
end
$$;

comment on function millrace.receive is
  'Takes deliveries that SQS has brought, under a lease. received: [{message, count}], the message as the body of SQS''s has it and '
  'how often SQS has delivered it. Answers [{state, attempt, waitSeconds, together}] in the same order; the states: taken (the lease '
  'is the caller''s, attempt is the number of this attempt), suspect (an attempt was begun and never settled; together says how many '
  'suspects may be handled side by side where it is among them), held (somebody else''s for waitSeconds), waiting (not due for '
  'waitSeconds), ended (done, dead or superseded by a later round) and dead (this call has buried it, as its attempts are used up); '
  'the last two are to be deleted from SQS. alone: suspects are taken, and handled with nothing beside them but each other; '
  'together: how many they are, since a suspect that may be beside fewer only is not taken. Errors: MR006 unknown queue, '
  'lock_not_available (55P03) an open transaction has held one of them for 2 s: to be called for each by itself.';
grant execute on function millrace.receive to millrace_consumer;
