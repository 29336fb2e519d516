-- Tells when anything of the given queues can be claimed next, and which time it is: a deployment that sleeps between its
-- wake-ups arms the next one for that time. The consumer calls it at the end of a drain, and the HTTP API after what an
-- operator has changed. Now and in the past count as now. Paused queues do not count: resuming one is such a change.
-- What stands before "since" is left out; see survey, whose "since" it is. Schedules that the caller has found due and cannot fire,
-- since only other code knows their rules, are left out as well: they stay due, and would wake it for nothing for ever.
create or replace function millrace.next_due(
  queues text[], since timestamptz default '-infinity', foreign_schedules text[] default '{}'
) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- A custom plan for the values of this call would come out the same.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
begin
  return json_build_object(
    'now', statement_timestamp(),
    'dueAt', (
      select least(
        (
          select min(millrace.queue_due_at(q, since))
          from millrace.queue q
          where q.name = any (queues) and not q.is_paused
        ),
        (
          -- A schedule without a next due time is new, changed or resumed: the next drain starts it.
          select min(greatest(s.next_due_at, statement_timestamp()))
          from millrace.schedule s
          where s.is_declared and not s.is_paused and s.name <> all (foreign_schedules)
        ),
        -- A look for any first: most deployments have no chords, and the routine is planned at each call.
        case when exists (select from millrace.chord c where c.ended_at is null) then millrace.chords_due_at() end
      )
    )
  );
end
$$;

comment on function millrace.next_due is
  'Tells when anything of the queues can be claimed, scheduled, or enqueued for a chord that has ended, next: {"now", "dueAt"}. dueAt is not before now, and null '
  'when nothing waits. since: "since" of this drain''s last survey, or -infinity. foreign_schedules: due ones that only other '
  'code can fire.';
-- Operators, since what they change may be due sooner than what a drain has seen.
grant execute on function millrace.next_due to millrace_consumer, millrace_operator;
