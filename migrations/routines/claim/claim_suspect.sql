-- Leases one suspect: a delivery whose lease ran out before it was settled. It may itself be what ended its consumer,
-- so the caller handles it with nothing beside it: then only the guilty one goes on spending attempts. The consumer
-- calls it after everything else in the queue.
-- The lost attempt is logged as expired. A suspect that has no attempts left becomes a dead letter, and the next one is
-- looked at. Answers the ids of those in dead, and one delivery in claimed as claim gives it, or none.
-- claimed.limited_ms: milliseconds until the queue's limits, which keep a suspect back, may let it go.
-- repeated: as in claim.
create or replace function millrace.claim_suspect(
  queue text, token uuid, repeated boolean default false, out dead uuid[], out claimed millrace.claimed
)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
-- A bare name is always a column's; parameters that share one are written with the routine's name before them.
#variable_conflict use_column
declare
  queue_row millrace.queue;
  start json;
  suspect millrace.delivery;
  is_found boolean;
  moved record;
  group_keys text[];
  sequences bigint[];
begin
  select q.* into queue_row from millrace.queue q where q.name = claim_suspect.queue and not q.is_paused;
  start := millrace.starting_cursor(queue_row.id);
  dead := '{}';
  if repeated then
    claimed := millrace.held_deliveries(queue_row, token, 1, start);
    if claimed.ids is not null then
      return;
    end if;
  end if;
  loop
    select d.* into suspect
    from json_to_recordset(start) as l(priority smallint)
    cross join lateral (
      -- As in survey: suspects stand among the first claimable rows, and the search must not walk a backlog.
      select d.message_id, d.lease_expires_at
      from millrace.delivery d
      where d.queue_id = queue_row.id
        and d.priority = l.priority
        and d.available_at <= statement_timestamp()
        and (d.lease_expires_at is null or d.lease_expires_at <= statement_timestamp())
      order by d.available_at, d.sequence
      limit 200
    ) as first
    -- Served by the primary key alone; settle_done explains this form. The row is read again and locked here, since
    -- another consumer may have claimed it after the search saw it; what somebody else holds is passed over.
    join millrace.delivery d on d.message_id = any (array[first.message_id]) and d.queue_id + 0 = queue_row.id
    where first.lease_expires_at is not null and d.lease_expires_at <= statement_timestamp()
    limit 1
    for update of d skip locked;
    is_found := found;
    exit when not is_found or suspect.attempt < queue_row.max_attempts;

    perform millrace.log_expired(suspect);
    moved := millrace.move_to_dead_letters(
      queue_row.id,
      jsonb_build_array(jsonb_build_object('id', suspect.message_id, 'error', millrace.lease_expired_error()))
    );
    dead := dead || suspect.message_id;
    group_keys := group_keys || moved.group_keys;
    sequences := sequences || moved.sequences;
  end loop;
  if group_keys is not null then
    -- Before the queue's row is locked below; docs/architecture.md has the order of all locks.
    perform millrace.unblock_next_members(queue_row.id, group_keys, sequences);
  end if;
  if is_found and (queue_row.max_in_flight is not null or queue_row.rate_starts is not null) then
    -- Claims of a queue with limits take turns; see claim_limited.
    perform from millrace.queue q where q.id = queue_row.id for no key update;
    if least(millrace.free_places(queue_row), millrace.saved_starts(queue_row)) < 1 then
      claimed.limited_ms := millrace.limited_ms(queue_row);
      is_found := false;
    else
      perform millrace.take_places(queue_row, token, json_build_array(suspect.message_id));
    end if;
  end if;
  if is_found then
    perform millrace.log_expired(suspect);
    update millrace.delivery d
    set lease_token = claim_suspect.token,
      lease_expires_at = statement_timestamp() + make_interval(secs => queue_row.lease_seconds),
      attempt = d.attempt + 1
    where d.message_id = suspect.message_id and d.queue_id + 0 = queue_row.id;
    claimed := millrace.claimed_messages(queue_row.id, array[suspect.message_id], null);
    if strpos(claimed.types::text, 'null') > 0 then
      claimed := millrace.look_again(queue_row, claim_suspect.token, claimed, null);
    end if;
  end if;
end
$$;

comment on function millrace.claim_suspect is
  'Leases one delivery whose lease ran out, to be handled with nothing beside it; those without attempts left '
  'become dead letters. token and repeated as in claim. Answers dead, the ids that became dead letters, and '
  'claimed, a millrace.claimed with one delivery or none. Errors: MR005 a group''s member died above read committed.';
grant execute on function millrace.claim_suspect to millrace_consumer;
