-- Drops the week of messages and attempts that begins at the given instant, unless a live delivery or a dead
-- letter still needs one of its messages. Gives up, to try again at the next maintenance, when the tables are
-- in use by a long statement: nobody may wait behind this lock.
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
  -- Locked before looking: from here on nobody can send an old message round again.
  lock table millrace.message, millrace.attempt in access exclusive mode;
  perform set_config('lock_timeout', '0', true);
  if millrace.is_needed(lowest, beyond) then
    return false;
  end if;
  execute format('drop table if exists millrace.%I, millrace.%I', 'message_' || suffix, 'attempt_' || suffix);
  return true;
exception
  when lock_not_available then
    return false;
end
$$;

revoke execute on function millrace.drop_partition from public;
