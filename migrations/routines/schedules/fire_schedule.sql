-- Enqueues the messages of a schedule's due times and moves the schedule on to the next one, in one transaction. The
-- consumer calls it: cron expressions are read in TypeScript, so it brings the messages and the next due time along.
-- The schedule moves only if it still stands where the caller saw it (expected_next_due_at) and still has the caller's
-- rule. That is what keeps each due time from being enqueued twice: of several ticks at the same moment one comes
-- first, and the others find the schedule moved on and change nothing.
-- Answers whether the messages are stored, by this call or by the same call made before, whose answer was lost. Depth
-- limits do not turn them away: nobody is there who could come again later.
create or replace function millrace.fire_schedule(
  name text, rule text, time_zone text, expected_next_due_at timestamptz, messages jsonb, next_due_at timestamptz
) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  update millrace.schedule s
  set next_due_at = fire_schedule.next_due_at,
    last_due_at = coalesce((messages #>> '{-1,headers,due-at}')::timestamptz, s.last_due_at)
  where s.name = fire_schedule.name
    and s.is_declared
    and not s.is_paused
    and s.rule = fire_schedule.rule
    and s.time_zone is not distinct from fire_schedule.time_zone
    and s.next_due_at is not distinct from expected_next_due_at;
  if not found then
    return exists (select from millrace.message m where m.id = (messages #>> '{0,id}')::uuid);
  end if;
  perform millrace.enqueue_at_any_depth(messages, 'handlers');
  return messages <> '[]';
end
$$;

comment on function millrace.fire_schedule is
  'Enqueues the messages of a schedule''s due times and moves it on to next_due_at, if it still has this rule and '
  'time zone and stands at expected_next_due_at. messages: as for enqueue_many, with ids. Answers whether they are '
  'stored, by this call or by the same one made before. Errors: MR001, MR002, MR003, MR004, MR005, MR007, '
  'MR011, MR013, MR014 as enqueue_many.';
grant execute on function millrace.fire_schedule to millrace_consumer;
