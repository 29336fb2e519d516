-- Settles what an SQS consumer has handled. results is [{message, attempt, outcome, ms, error, delaySeconds, enqueue, result,
-- resend}], message as SQS's has it; the outcomes are those of settle, whose comment has them. What waits comes back from SQS, and
-- the answer's delays say in how many seconds; with resend it goes back into Postgres instead, and is relayed again when it is due.
-- Each result is fenced by the delivery's receipt: it counts while nobody else has had a lease or has settled in the same round. So
-- a delivery of which there is no receipt may be settled by whoever comes first.
-- Answers {"settled", "repeated", "dead", "stale", "duplicate", "delays"}: as settle; duplicate has the ids of those that had
-- ended, or were sent round again, without this token. An error undoes the whole call.
create or replace function millrace.settle_received(queue text, token uuid, results jsonb) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- As in receive.
set lock_timeout = '2s'
-- Holds for all that is called from here, see settle_and_claim.
set plan_cache_mode = force_generic_plan
as $$
declare
  queue_row millrace.queue;
  -- Without the messages, and each with its id.
  items jsonb;
  done uuid[];
  settled millrace.received[];
  follow_ups jsonb;
  causes uuid[];
  waited constant text := current_setting('lock_timeout');
begin
  select q.* into queue_row from millrace.queue q where q.name = settle_received.queue;
  if not found then
    raise 'no queue is named "%"', queue using errcode = 'MR006';
  end if;
  if not results @? '$[*] ? (!(@.outcome == "done") || exists (@.enqueue) || exists (@.error) || exists (@.result))' then
    done := millrace.settle_received_done(queue_row.id, token, results);
    if cardinality(done) = jsonb_array_length(results) then
      return millrace.all_settled(cardinality(done));
    end if;
    items := millrace.received_items(results);
    settled := array(select r from millrace.received_results(queue_row, items) as r where r.id = any (done));
    return millrace.received_report(queue_row.id, token, items, settled);
  end if;
  perform millrace.store_received_messages(queue_row.id, results, millrace.copied_ids(results));
  items := millrace.received_items(results);
  if items @? '$[*] ? (@.outcome == "unknown")' then
    items := millrace.resolve_unknown(queue_row.id, items);
  end if;
  settled := millrace.settle_receipts(
    queue_row.id, token, results, array(select r from millrace.received_results(queue_row, items) as r order by r.id)
  );
  perform millrace.log_received(queue_row.id, token, settled);
  if exists (select from unnest(settled) as s where s.outcome = 'dead' or s.is_resent) then
    perform millrace.store_letters(queue_row.id, array(select s from unnest(settled) as s where s.outcome = 'dead'), results);
    perform millrace.resend(queue_row.id, array(select s from unnest(settled) as s where s.is_resent), results);
  end if;
  if items @? '$[*].enqueue' then
    select f.messages, f.causes into follow_ups, causes
    from millrace.follow_ups(items, array(select s.position from unnest(settled) as s)) as f;
    if follow_ups is not null then
      -- As in settle, which says why.
      perform set_config('lock_timeout', '2s', true);
      perform millrace.enqueue_at_any_depth(follow_ups, 'handlers', causes);
      perform set_config('lock_timeout', waited, true);
    end if;
  end if;
  return millrace.received_report(queue_row.id, token, items, settled);
end
$$;

comment on function millrace.settle_received is
  'Settles deliveries that SQS has brought. results: [{message, attempt, outcome, ms, error, delaySeconds, enqueue, result, '
  'resend}], the message as the body of SQS''s has it, the outcomes those of settle; resend, of a retry or a snooze, lets it wait '
  'in Postgres and be relayed again. Answers {"settled", "repeated", "dead", "stale", "duplicate", "delays"}: as settle, '
  'duplicate the ids of those that had ended or were sent round again without this token, delays in how many seconds each of '
  'those is due that wait in SQS. What is done, dead, resent or duplicate is to be deleted from SQS, what is stale or waits is '
  'not. Errors, which undo the whole call: lock_not_available (55P03) an open transaction has held one of them for 2 s, so settle '
  'each by itself, MR006 unknown queue, MR010 unknown outcome or a resend on a queue in order, and for '
  'follow-up messages (enqueue) MR001, MR002, MR003, MR004, MR005, MR007, MR011, MR013, MR014 as enqueue_many.';
grant execute on function millrace.settle_received to millrace_consumer;
