-- Leases suspects, deliveries whose lease ran out before it was settled, as many as may be handled side by side. One of
-- them may be what ended its consumer, so nothing else is handled beside them, and who loses a lease again comes in a
-- smaller group the next time, in the end alone: then only the guilty one goes on spending attempts. How many may be
-- together, suspects_together says; all of one answer are of the same past. The consumer calls it after everything else
-- in the queue, and again until it answers neither deliveries nor dead.
-- alone: false for groups, true for one of those that may have nothing beside them, in whatever queue.
-- max_count: at most so many; null for no bound but the group's.
-- The lost attempt is logged as expired. Suspects that have no attempts left become dead letters: dead has their ids.
-- claimed is as claim gives it, without a cursor, and bound to about 4 MiB in the same way; its limited_ms says for how
-- many milliseconds the queue's limits keep others back. repeated and with_messages: as in claim.
create or replace function millrace.claim_suspects(
  queue text, token uuid, max_count integer, alone boolean, repeated boolean default false,
  with_messages boolean default true, out dead uuid[], out claimed millrace.claimed
)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  queue_row millrace.queue;
  found_ones record;
  suspects millrace.delivery[];
  allowed integer;
begin
  dead := '{}';
  select q.* into queue_row from millrace.queue q where q.name = claim_suspects.queue and not q.is_paused;
  if not found then
    return;
  end if;
  if repeated then
    claimed := millrace.held_deliveries(
      queue_row, token, coalesce(max_count, 1000), millrace.starting_cursor(queue_row.id), with_messages
    );
  end if;
  if claimed.ids is null then
    perform millrace.part_lost(queue_row.id);
    -- One after the other: what has a query in it is a statement, which queues that are not fair are spared.
    if queue_row.is_fair then
      if exists (select from millrace.paused_key p where p.queue_id = queue_row.id) then
        perform millrace.hold_back_suspects(queue_row);
      end if;
    end if;
    found_ones := millrace.find_suspects(queue_row, alone);
    suspects := millrace.lock_suspects(queue_row, found_ones.spent, 0, null);
    dead := millrace.bury_suspects(queue_row, suspects);
    suspects := millrace.lock_suspects(queue_row, found_ones.ids, found_ones.together, max_count);
    suspects := suspects[:millrace.rows_within(millrace.kibs_of(suspects))];
    if num_nonnulls(queue_row.max_in_flight_per_key, queue_row.rate_per_key_starts) > 0 then
      suspects := millrace.suspects_with_places(queue_row, suspects);
    end if;
    allowed := millrace.lock_places(queue_row, cardinality(suspects));
    perform millrace.lease_suspects(queue_row, token, suspects[:allowed]);
    claimed := millrace.claimed_messages(queue_row.id, millrace.ids_of(suspects[:allowed]), null, with_messages);
    if allowed < cardinality(suspects) then
      if queue_row.rate_per_key_starts is not null then
        perform millrace.give_back_starts(queue_row, millrace.ids_of(suspects[allowed + 1:]));
      end if;
      claimed.limited_ms := millrace.limited_ms(queue_row);
    end if;
    if num_nonnulls(queue_row.max_in_flight_per_key, queue_row.rate_per_key_starts) > 0 and allowed > 0 then
      -- Others of these keys were given no time of a start as long as these waited for theirs.
      perform millrace.seat_next(queue_row, array(select coalesce(s.fairness_key, '') from unnest(suspects[:allowed]) as s));
    end if;
    if queue_row.rate_per_key_starts is not null and allowed = 0 then
      claimed.limited_ms := coalesce(claimed.limited_ms, millrace.next_start_ms(queue_row));
    end if;
  end if;
  if with_messages and strpos(claimed.types::text, 'null') > 0 then
    claimed := millrace.look_again(queue_row, token, claimed, null);
  end if;
end
$$;

comment on function millrace.claim_suspects is
  'Leases deliveries whose lease ran out, as many as may be handled side by side: fewer each time that they lose one. '
  'alone: false for groups, to be handled with nothing else of the queue beside them; true for one that is to be '
  'handled with nothing beside it at all. max_count bounds a group. token, repeated and with_messages as in claim. '
  'Answers dead, the ids of those without attempts left, which are dead letters now, and claimed, a '
  'millrace.claimed. To be called until both are empty. Errors: MR005 a group''s member died above read committed.';
grant execute on function millrace.claim_suspects to millrace_consumer;
