-- Ends claims of one queue. done: deliveries that simply succeeded, [{token, ids, ms}]. results: those of which there is
-- more to say, [{id, token, outcome, ms, error, delaySeconds, enqueue}]:
--   done     the delivery is finished; its follow-up messages (enqueue) are stored in the same transaction
--   retry    waits for delaySeconds or the queue's backoff; a dead letter when its attempts are used up
--   dead     a dead letter at once
--   snooze   waits for delaySeconds and spends no attempt
--   release  was never started: claimable at once, spends no attempt; repeated after the next claim it is stale
-- Each is fenced by its lease token. Answers {"settled", "repeated", "dead", "stale"}: how many ended now, how many
-- this token had ended before (a repeated call), the ids that died by these results, and the ids whose lease was
-- lost, of which nothing is changed.
-- ms is the handler's run time. A delivery whose lease ran out unclaimed may still be settled.
-- Errors, of which nothing is changed: MR006 unknown queue, MR010 unknown outcome, and those of enqueue_many.
create or replace function millrace.settle(queue text, results jsonb, done jsonb default '[]') returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  queue_row millrace.queue;
  settled bigint;
  -- Positions in results: one delivery may be there twice, under the token it was lost with and its next one.
  positions bigint[] := '{}';
  dead uuid[] := '{}';
  ended_groups text[];
  ended_sequences bigint[];
  follow_ups jsonb;
begin
  select q.* into queue_row from millrace.queue q where q.name = settle.queue;
  if not found then
    raise 'no queue is named "%"', queue using errcode = 'MR006';
  end if;
  select d.settled, d.group_keys, d.sequences
  into settled, ended_groups, ended_sequences
  from millrace.settle_done(queue_row.id, done) as d;
  if results <> '[]' then
    select e.positions, e.dead, ended_groups || e.group_keys, ended_sequences || e.sequences
    into positions, dead, ended_groups, ended_sequences
    from millrace.settle_each(queue_row, results) as e;
    settled := settled + cardinality(positions);
    follow_ups := millrace.follow_ups(results, positions);
  end if;

  if ended_groups is not null then
    if follow_ups @? '$[*].groupKey' then
      perform millrace.lock_settled_groups(queue_row.id, ended_groups, follow_ups);
    end if;
    perform millrace.unblock_next_members(queue_row.id, ended_groups, ended_sequences);
  end if;
  if follow_ups is not null then
    -- Not turned away by a full queue: the work that caused them is done and must be settled.
    perform millrace.enqueue_at_any_depth(follow_ups);
  end if;
  if queue_row.max_in_flight is not null or queue_row.rate_starts is not null then
    perform millrace.give_back_places(queue_row, results, done, positions);
  end if;

  if settled < jsonb_array_length(results) + jsonb_array_length(jsonb_path_query_array(done, '$[*].ids[*]')) then
    return millrace.settle_report(queue_row.id, results, done, settled);
  end if;
  return json_build_object('settled', settled, 'repeated', 0, 'dead', to_json(dead), 'stale', json_build_array());
end
$$;

revoke execute on function millrace.settle from public;
grant execute on function millrace.settle to millrace_consumer;
