-- Drops the week of messages, attempts, steps and events that begins at the given instant, unless a live delivery, a dead letter or an open
-- chord needs one of its messages. Answers whether it did. Dropping needs an exclusive lock on all five tables, behind which
-- everybody would wait; so it gives up after 200 ms when a long statement uses the tables, and the next maintenance
-- tries again. drop_expired_weeks calls it.
create or replace function millrace.drop_partition(starts timestamptz, ends timestamptz) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  suffix constant text := to_char(starts at time zone 'UTC', 'YYYYMMDD');
  lowest constant uuid := millrace.uuid_floor(starts);
  beyond constant uuid := millrace.uuid_floor(ends);
begin
  perform set_config('lock_timeout', '200ms', true);
  -- Locked before the look: from here on nobody can replay a message of the week. In the order of settle_and_claim, see
  -- make_coming_weeks.
  lock table millrace.done_attempts, millrace.attempt, millrace.step, millrace.message, millrace.event in access exclusive mode;
  perform set_config('lock_timeout', '0', true);
  if millrace.is_needed(lowest, beyond) then
    return false;
  end if;
  execute format(
    'drop table if exists millrace.%I, millrace.%I, millrace.%I, millrace.%I, millrace.%I',
    'message_' || suffix, 'attempt_' || suffix, 'done_attempts_' || suffix, 'step_' || suffix,
    'event_' || suffix
  );
  return true;
exception
  when lock_not_available then
    return false;
end
$$;
