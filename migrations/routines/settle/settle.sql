-- Ends claims of one queue. The consumer calls it, through settle_and_claim or, where a handler runs in a transaction,
-- within that transaction. Each result is fenced by its lease token: it counts only while the delivery still has that
-- token and a lease. A lease that ran out and that nobody has claimed since may still be settled.
-- done: deliveries that simply succeeded, [{token, ids, ms}], with the run times of their handlers in milliseconds. ids and ms are
-- lists, or texts as Postgres writes arrays ("{1.5,2}"), which it reads at a third of the cost. With "relayed": true it is SQS
-- that has them now, and their attempts are logged as such, from when they were due; ms does not matter then.
-- results: those of which there is more to say, [{id, token, outcome, ms, error, delaySeconds, enqueue, result}]. The outcomes:
--   done     the delivery is finished, its result kept; its follow-up messages (enqueue) are stored in the same transaction
--   retry    waits for delaySeconds or the queue's backoff; a dead letter when its attempts are used up
--   dead     a dead letter at once
--   snooze   waits for delaySeconds and spends no attempt
--   release  was never started: claimable at once, and spends no attempt
--   unknown  the consumer's code does not know the type, or the payload's version. When newer code does, it waits for
--            that, as a snooze, for up to an hour; when none does, or after that, a dead letter; see unknown_outcome
-- Answers {"settled", "repeated", "dead", "stale"}: how many ended now, how many this token had ended before (the same
-- call was made before, and its answer was lost), the ids that became dead letters, and the ids whose lease was lost,
-- of which nothing is changed. A release that is repeated after somebody claimed the delivery again is stale as well.
-- An error undoes the whole call.
create or replace function millrace.settle(queue text, results jsonb, done jsonb default '[]') returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  queue_row millrace.queue;
  in_parcels bigint;
  -- What ends otherwise than done.
  apart uuid[] := '{}';
  settled bigint := 0;
  -- How many of done there are.
  given bigint := 0;
  -- Positions in results, not ids: one delivery may be there twice, under the token it was lost with and under its next
  -- one.
  positions bigint[] := '{}';
  dead uuid[] := '{}';
  ended_groups text[];
  ended_sequences bigint[];
  follow_ups jsonb;
  causes uuid[];
  -- Of what is held, under a limit by key.
  keys text[];
  waited constant text := current_setting('lock_timeout');
begin
  select q.* into queue_row from millrace.queue q where q.name = settle.queue;
  if not found then
    raise 'no queue is named "%"', queue using errcode = 'MR006';
  end if;
  if num_nonnulls(queue_row.max_in_flight_per_key, queue_row.rate_per_key_starts) > 0 then
    keys := millrace.keys_held(queue_row, results, done);
  end if;
  if done <> '[]' then
    if done @? '$[*] ? (@.relayed == true)' then
      done := millrace.with_relay_times(queue_row.id, done);
    end if;
    if results <> '[]' then
      apart := array(select (r ->> 'id')::uuid from jsonb_array_elements(results) as r);
    end if;
    in_parcels := millrace.settle_whole_parcels(queue_row.id, done, apart);
    settled := coalesce(in_parcels, 0);
    given := settled;
    if settled = 0 then
      select d.settled, d.group_keys, d.sequences
      into settled, ended_groups, ended_sequences
      from millrace.settle_done(queue_row.id, done, in_parcels is not null) as d;
      given := (select sum(cardinality(c.ids)) from jsonb_to_recordset(done) as c(ids uuid[]));
    end if;
  end if;
  if results <> '[]' then
    select e.positions, e.dead, ended_groups || e.group_keys, ended_sequences || e.sequences
    into positions, dead, ended_groups, ended_sequences
    from millrace.settle_each(
      queue_row,
      case
        when results @? '$[*] ? (@.outcome == "unknown")' then millrace.resolve_unknown(queue_row.id, results)
        else results
      end
    ) as e;
    settled := settled + cardinality(positions);
    if results @? '$[*].enqueue' then
      select f.messages, f.causes into follow_ups, causes from millrace.follow_ups(results, positions) as f;
    end if;
  end if;

  if follow_ups is not null then
    -- At any depth: the work that caused the follow-ups is done and must be settled, whether their queue is full or
    -- not. A follow-up's idempotency key may be held by another settle whose transaction is open: it is waited for no
    -- longer than this, since the rest of the batch waits as well.
    perform set_config('lock_timeout', '2s', true);
    perform millrace.enqueue_at_any_depth(follow_ups, 'handlers', causes);
    perform set_config('lock_timeout', waited, true);
  end if;
  if ended_groups is not null then
    if follow_ups @? '$[*] ? (@.replace == true)' then
      -- What a follow-up took the place of may have waited in one of these groups. That group was looked at then, without
      -- the members that end here, and has gone on already: one more for each of them would be too many.
      perform millrace.restart_groups(queue_row.id, array(select distinct unnest(ended_groups)));
    else
      perform millrace.unblock_next_members(queue_row.id, ended_groups, ended_sequences);
    end if;
  end if;
  if keys <> '{}' then
    perform millrace.seat_next(queue_row, keys);
    -- With the keys' rows locked.
    if queue_row.rate_per_key_starts is not null then
      perform millrace.give_back_starts(
        queue_row,
        array(
          select (r.result ->> 'id')::uuid
          from jsonb_array_elements(results) with ordinality as r(result, position)
          where r.position = any (positions) and r.result ->> 'outcome' in ('release', 'unknown')
        )
      );
    end if;
  end if;
  if queue_row.max_in_flight is not null or queue_row.rate_starts is not null then
    perform millrace.give_back_places(queue_row, results, done, positions);
  end if;

  if settled < jsonb_array_length(results) + given then
    return millrace.settle_report(queue_row.id, results, done, settled);
  end if;
  return json_build_object('settled', settled, 'repeated', 0, 'dead', to_json(dead), 'stale', json_build_array());
end
$$;

comment on function millrace.settle is
  'Ends claims of one queue, each fenced by its lease token. results: [{id, token, outcome, ms, error, '
  'delaySeconds, enqueue, result}] with the outcomes done, retry, dead, snooze, release and unknown (the consumer''s '
  'code does not know the type or its version, and newer code may); done: [{token, ids, ms}] for what simply '
  'succeeded, ids and ms as JSON lists or as texts of Postgres''s arrays, with "relayed": true for what SQS has accepted. result, of what is done: any JSON, which status shows; larger than 8,192 bytes it is not kept. '
  'Answers {"settled", "repeated", "dead", "stale"}. Errors, which undo the whole call: '
  'MR006 unknown queue, MR010 unknown outcome, MR005 a group''s member ended above read committed, and for follow-up '
  'messages (enqueue) MR001, MR002, MR003, MR004, MR005, MR007, MR011, MR013, MR014 as enqueue_many.';
grant execute on function millrace.settle to millrace_consumer;
