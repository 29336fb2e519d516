-- Adds one partition to message or attempt. Rows that a wrong clock sent to the default partition move over. Answers
-- false when it is there already, and gives up, to try again at the next maintenance, when the table is in use by a long
-- statement: a partition is made weeks ahead, and nobody may wait behind this lock.
create or replace function millrace.make_partition(parent text, starts timestamptz, ends timestamptz) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  partition constant text := format('%s_%s', parent, to_char(starts at time zone 'UTC', 'YYYYMMDD'));
  id_column constant text := case parent when 'message' then 'id' else 'message_id' end;
begin
  if to_regclass(format('millrace.%I', partition)) is not null then
    return false;
  end if;
  perform set_config('lock_timeout', '200ms', true);
  -- Attached afterwards, which unlike "create table … partition of" does not lock out enqueues.
  execute format('create table millrace.%I (like millrace.%I including defaults)', partition, parent);
  execute format('lock table millrace.%I in share row exclusive mode', parent || '_default');
  execute format(
    'with moved as (delete from millrace.%I where %I >= %L and %I < %L returning *) insert into millrace.%I select * from moved',
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

revoke execute on function millrace.make_partition from public;
