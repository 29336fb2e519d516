-- Adds one week's partition to message, attempt, done_attempts, step or event; answers false when it is there already. Rows that a wrong clock sent
-- to the default partition and that belong in the new one move over. It gives up after 200 ms, answering false, when
-- a long statement uses the table: the partition is made weeks ahead, the next maintenance tries again, and nobody may
-- wait behind this lock. make_coming_weeks calls it.
create or replace function millrace.make_partition(parent text, starts timestamptz, ends timestamptz) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  partition constant text := format('%s_%s', parent, to_char(starts at time zone 'UTC', 'YYYYMMDD'));
  id_column constant text := case parent when 'message' then 'id' when 'done_attempts' then 'first_id' else 'message_id' end;
begin
  if to_regclass(format('millrace.%I', partition)) is not null then
    return false;
  end if;
  perform set_config('lock_timeout', '200ms', true);
  -- Created apart and attached afterwards: "create table … partition of" would lock out enqueues.
  execute format(
    'create table millrace.%I (like millrace.%I including defaults including constraints including storage)', partition, parent
  );
  -- Nothing may come into the default partition between the move and the attaching, which would fail on it. Whoever
  -- wants to insert waits here, and for attempts so early that they look for the row's partition afterwards, and find
  -- the new one. Enqueues cannot be held back like that, since a producer's open transaction would keep the partition
  -- from being made: who waits for the default partition has chosen it already, and finds his row unfit for it when the
  -- wait is over. store_unless_stored then stores again.
  if parent = 'message' then
    lock table millrace.message_default in share row exclusive mode;
  else
    execute format('lock table only millrace.%I in share row exclusive mode', parent);
  end if;
  execute format(
    'with moved as (delete from millrace.%I where %I >= %L and %I < %L returning *) '
    'insert into millrace.%I select * from moved',
    parent || '_default', id_column, millrace.uuid_floor(starts), id_column, millrace.uuid_floor(ends), partition
  );
  execute format(
    'alter table millrace.%I attach partition millrace.%I for values from (%L) to (%L)',
    parent, partition, millrace.uuid_floor(starts), millrace.uuid_floor(ends)
  );
  perform set_config('lock_timeout', '0', true);
  return true;
exception
  when lock_not_available then
    return false;
end
$$;
