-- Settles copies that SQS has brought and whose handlers simply succeeded: results is [{message, attempt, outcome, ms}], all of them
-- done, without follow-ups, errors and results. As most often: so it has few statements, and their attempts are logged many in a
-- row. Answers the ids of those that count; settle_received, which calls it, says which do.
create or replace function millrace.settle_received_done(
  in_queue smallint, token uuid, results jsonb, out settled uuid[]
)
language plpgsql
set search_path = pg_catalog, pg_temp
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
  -- Of each delivery, in the order of ids.
  ids uuid[];
  rounds smallint[];
  attempts smallint[];
  run_ms real[];
  held uuid[];
begin
  select array_agg(i.id), array_agg(i.round), array_agg(i.attempt), array_agg(i.ms)
  into ids, rounds, attempts, run_ms
  from (
    -- Each delivery once, should there be two copies of it: the first one counts.
    select distinct on (r.id) r.id, (e.result #>> '{message,round}')::smallint as round, (e.result ->> 'ms')::real as ms,
      coalesce((e.result ->> 'attempt')::smallint, (e.result #>> '{message,attempt}')::smallint + 1)::smallint as attempt
    from jsonb_array_elements(results) with ordinality as e(result, position)
    cross join lateral (values ((e.result #>> '{message,id}')::uuid)) as r(id)
    order by r.id, e.position
  ) as i;
  perform millrace.store_received_messages(in_queue, results, ids);

  -- Most have no receipt yet. A concurrent call for the same delivery waits here for this one's commit, and then finds it.
  with made as (
    insert into millrace.receipt (message_id, queue_id, round, attempts, outcome, lease_token, ended_at)
    select i.id, in_queue, i.round, i.attempt, 'done', settle_received_done.token, statement_timestamp()
    from unnest(ids, rounds, attempts) as i(id, round, attempt)
    -- Served by the primary key alone; settle_done explains this form. Without this look, what somebody is sending round again
    -- would be waited for.
    where not exists (
      select from millrace.receipt r where r.message_id = any (array[i.id]) and r.queue_id + 0 = in_queue offset 0
    )
    order by i.id
    on conflict (message_id, queue_id) do nothing
    returning message_id
  )
  select coalesce(array_agg(m.message_id), '{}') into settled from made m;

  if cardinality(settled) < cardinality(ids) then
    with changed as (
      update millrace.receipt r
      set round = i.round, attempts = i.attempt, outcome = 'done', lease_token = settle_received_done.token,
        lease_expires_at = null, due_at = null, ended_at = statement_timestamp(), kept_until = current_date + 30
      -- Receipts are locked in the order of ids, one after the other as they are found; those that do not count are not locked.
      from (
        select e.*
        from unnest(ids, rounds, attempts) as e(id, round, attempt)
        where e.id <> all (settled)
        order by e.id
        offset 0
      ) as i
      where r.message_id = any (array[i.id]) and r.queue_id + 0 = in_queue
        and (
          r.round < i.round
          or (
            r.round = i.round and r.ended_at is null
            and (r.lease_token is null or (r.lease_token = settle_received_done.token and r.lease_expires_at is not null))
          )
        )
      returning r.message_id
    )
    select coalesce(array_agg(c.message_id), '{}') into held from changed c;
    settled := settled || held;
  end if;

  insert into millrace.done_attempts (first_id, lease_token, queue_id, attempt, message_ids, run_ms)
  select (array_agg(i.id))[1], settle_received_done.token, in_queue, i.attempt, array_agg(i.id), array_agg(i.ms)
  from unnest(ids, attempts, run_ms) with ordinality as i(id, attempt, ms, position)
  where i.id = any (settled)
  -- A row has those of one span, and a hundred at most.
  group by i.attempt, millrace.span_start(i.id), i.position / 100;
end
$$;
