-- Claims one suspect: a delivery whose lease ran out, which may be what ended its consumer. The caller handles
-- it with nothing beside it, so that only the guilty one goes on spending attempts. The lost attempt is logged
-- as expired; a suspect without attempts left becomes a dead letter, and the next one is looked at.
-- Answers {"deliveries", "dead", "limitedMs"}: one delivery as claim gives it, or none, the ids that became dead
-- letters, and null, or how long until the queue's limits, which keep a suspect back, may let it go.
-- A token that holds a delivery already gets it again.
create or replace function millrace.claim_suspect(queue text, token uuid) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
  lane millrace.queue;
  start json;
  held json;
  suspect millrace.delivery;
  dead uuid[] := '{}';
  is_limited boolean;
  limited_ms integer;
begin
  select q.* into lane from millrace.queue q where q.name = claim_suspect.queue and not q.is_paused;
  start := millrace.claim_cursor(lane.id);
  held := millrace.held_deliveries(lane.id, token, 1, start);
  is_limited := lane.max_in_flight is not null or lane.rate_starts is not null;
  while held is null loop
    select d.* into suspect
    from json_to_recordset(start) as l(priority smallint)
    cross join lateral (
      -- As in survey: suspects stand among the first claimable rows, and the search must not walk a backlog.
      select d.message_id, d.lease_expires_at
      from millrace.delivery d
      where d.queue_id = lane.id
        and d.priority = l.priority
        and d.available_at <= statement_timestamp()
        and (d.lease_expires_at is null or d.lease_expires_at <= statement_timestamp())
      order by d.available_at, d.sequence
      limit 200
    ) as first
    -- Written so that only the primary key serves it, row by row; see the table.
    join millrace.delivery d on d.message_id = any (array[first.message_id]) and d.queue_id + 0 = lane.id
    where first.lease_expires_at is not null and d.lease_expires_at <= statement_timestamp()
    limit 1
    for update of d skip locked;
    exit when not found;
    if is_limited and suspect.attempt < lane.max_attempts then
      -- As in claim_limited. Not before now: burying a suspect waits for its group.
      perform from millrace.queue q where q.id = lane.id for no key update;
      if least(millrace.free_places(lane), millrace.saved_starts(lane)) < 1 then
        limited_ms := millrace.limited_ms(lane);
        exit;
      end if;
    end if;

    insert into millrace.attempt (message_id, lease_token, finished_at, outcome, queue_id, attempt, error)
    values (
      suspect.message_id, suspect.lease_token, suspect.lease_expires_at, 'expired', lane.id, suspect.attempt,
      millrace.lease_expired_error()
    );
    if suspect.attempt >= lane.max_attempts then
      dead := dead || suspect.message_id;
      perform millrace.bury(
        lane.id,
        jsonb_build_array(jsonb_build_object('id', suspect.message_id, 'error', millrace.lease_expired_error()))
      );
    else
      update millrace.delivery d
      set lease_token = claim_suspect.token,
        lease_expires_at = statement_timestamp() + make_interval(secs => lane.lease_seconds),
        attempt = d.attempt + 1
      where d.message_id = suspect.message_id and d.queue_id + 0 = lane.id;
      held := (
        select json_build_array(
          millrace.claimed_delivery(suspect.message_id, m, (suspect.attempt + 1)::smallint, suspect.group_key)
        )
        from (values (suspect.message_id)) as s(id)
        left join millrace.message m on m.id = s.id
      );
      if is_limited then
        perform millrace.take_places(lane, token, held);
      end if;
    end if;
  end loop;
  return json_build_object('deliveries', coalesce(held, '[]'), 'dead', to_json(dead), 'limitedMs', limited_ms);
end
$$;

revoke execute on function millrace.claim_suspect from public;
grant execute on function millrace.claim_suspect to millrace_consumer;
