-- Turns one dead letter into a delivery with all its attempts before it. Where dead letters block their group it
-- takes its old place; elsewhere the group has gone on, and it queues up behind.
create or replace function millrace.redrive_letter(letter millrace.dead_letter) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  queue_row millrace.queue;
  is_grouped constant boolean := letter.group_key is not null;
  keeps_place boolean;
begin
  select q.* into queue_row from millrace.queue q where q.id = letter.queue_id;
  if is_grouped then
    perform millrace.lock_groups(queue_row.id, array[letter.group_key]);
  end if;
  delete from millrace.dead_letter l where l.message_id = letter.message_id and l.queue_id = letter.queue_id;
  -- Not in front of members that fill the group already: nobody would look for it there.
  keeps_place := is_grouped
    and queue_row.dead_blocks_group
    and millrace.free_group_places(queue_row, letter.group_key) > 0;

  insert into millrace.delivery (message_id, queue_id, sequence, priority, group_key, available_at)
  overriding system value
  values (
    letter.message_id, letter.queue_id,
    case when keeps_place then letter.sequence else nextval(pg_get_serial_sequence('millrace.delivery', 'sequence')) end,
    letter.priority, letter.group_key,
    case when is_grouped then 'infinity' else statement_timestamp() end
  );
  if is_grouped then
    perform millrace.restart_groups(queue_row, array[letter.group_key]);
  end if;
end
$$;

revoke execute on function millrace.redrive_letter from public;
