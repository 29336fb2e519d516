-- Enqueues the messages of a schedule's due times and moves the schedule on, in one transaction: only if it still
-- stands where the caller saw it, with the caller's rule. Of several ticks one comes first, and the others change
-- nothing. Answers whether the messages are stored: by this call, or by the same call made before, whose answer
-- was lost. A full queue does not turn them away: there is no caller who could come again later.
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
  perform millrace.enqueue_at_any_depth(messages);
  return messages <> '[]';
end
$$;

revoke execute on function millrace.fire_schedule from public;
grant execute on function millrace.fire_schedule to millrace_consumer;
