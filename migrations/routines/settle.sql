-- Ends claims: [{id, token, outcome, ms, error, delaySeconds, enqueue}], all of one queue.
--   done     the delivery is finished; its follow-up messages (enqueue) are stored in the same transaction
--   retry    waits for delaySeconds or the queue's backoff; a dead letter when its attempts are used up
--   dead     a dead letter at once
--   snooze   waits for delaySeconds and spends no attempt
--   release  was never started: claimable at once, spends no attempt
-- Each is fenced by its lease token. Answers {"settled", "repeated", "dead", "stale"}: how many ended now, how many
-- this token had ended before (a repeated call), the ids that died by these results, and the ids whose lease was
-- lost, of which nothing is changed.
-- ms is the handler's run time. A delivery whose lease ran out unclaimed may still be settled.
-- Errors, of which nothing is changed: MR006 unknown queue, MR010 unknown outcome, and those of enqueue_many.
create or replace function millrace.settle(queue text, results jsonb) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
#variable_conflict use_column
declare
  lane millrace.queue;
  is_limited boolean;
  -- Positions in results: one delivery may be there twice, under the token it was lost with and its next one.
  done bigint[];
  others record;
  group_keys text[];
  sequences bigint[];
begin
  select q.* into lane from millrace.queue q where q.name = settle.queue;
  if not found then
    raise 'no queue is named "%"', queue using errcode = 'MR006';
  end if;
  is_limited := lane.max_in_flight is not null or lane.rate_starts is not null;
  -- A dead letter and a follow-up may lock groups of their own, after those that are done.
  if results @? '$[*] ? (@.outcome == "retry" || @.outcome == "dead" || exists (@.enqueue[*].groupKey))' then
    perform millrace.lock_settled_groups(lane.id, results);
  end if;

  with finished as (
    delete from millrace.delivery d
    using rows from (
      jsonb_to_recordset(results) as (id uuid, token uuid, outcome text, ms double precision)
    ) with ordinality as r(id, token, outcome, ms, position)
    where r.outcome = 'done'
      -- Written so that only the primary key serves it, row by row; see the table.
      and d.message_id = any (array[r.id])
      and d.queue_id + 0 = lane.id
      and d.lease_token = r.token
      -- A released delivery still shows its last token.
      and d.lease_expires_at is not null
    returning d.message_id, d.lease_token, d.attempt, d.group_key, d.sequence, r.ms, r.position
  ),
  logged as (
    insert into millrace.attempt (message_id, lease_token, started_at, outcome, queue_id, attempt)
    select f.message_id, f.lease_token, statement_timestamp() - make_interval(secs => f.ms / 1000),
      'done', lane.id, f.attempt
    from finished f
  )
  select coalesce(array_agg(f.position), '{}'),
    array_agg(f.group_key) filter (where f.group_key is not null),
    array_agg(f.sequence) filter (where f.group_key is not null)
  into done, group_keys, sequences
  from finished f;

  if group_keys is not null then
    perform millrace.release_groups(lane.id, group_keys, sequences);
  end if;
  if results @? '$[*].enqueue[*]' then
    perform millrace.enqueue_follow_ups(results, done);
  end if;
  if cardinality(done) = jsonb_array_length(results) then
    if is_limited then
      perform millrace.give_back_places(lane, results, done);
    end if;
    return json_build_object(
      'settled', cardinality(done), 'repeated', 0, 'dead', json_build_array(), 'stale', json_build_array()
    );
  end if;
  others := millrace.settle_unfinished(lane, results);
  if is_limited then
    perform millrace.give_back_places(lane, results, others.settled);
  end if;
  return millrace.settle_report(lane.id, results, done || others.settled, others.dead);
end
$$;

revoke execute on function millrace.settle from public;
grant execute on function millrace.settle to millrace_consumer;
