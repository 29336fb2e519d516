-- Lets groups go on after members were taken out of their middle or their front, whichever those were.
create or replace function millrace.restart_groups(lane millrace.queue, group_keys text[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  group_key text;
begin
  foreach group_key in array coalesce(group_keys, '{}') loop
    perform pg_advisory_xact_lock(millrace.group_lock(lane.id, group_key));
    if millrace.is_stopped(lane, group_key) then
      perform millrace.release_groups(lane.id, array[group_key], array[0]);
    end if;
  end loop;
end
$$;

revoke execute on function millrace.restart_groups from public;
