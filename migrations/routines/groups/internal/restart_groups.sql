-- Lets groups go on after something of them was taken out or put back, whichever place it had: unblocks as many members
-- as there are free places. purge, cancel_waiting, discard_letter, redrive_letter and restart_waiting_groups call it.
create or replace function millrace.restart_groups(queue_row millrace.queue, group_keys text[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  group_key text;
  places integer;
begin
  perform millrace.lock_groups(queue_row.id, group_keys);
  foreach group_key in array coalesce(group_keys, '{}') loop
    places := millrace.free_group_places(queue_row, group_key);
    -- Sequence 0 stands before every member: the search begins at the start of the group.
    if places > 0 then
      perform millrace.unblock_next_members(
        queue_row.id, array_fill(group_key, array[places]), array_fill(0::bigint, array[places])
      );
    end if;
  end loop;
end
$$;
