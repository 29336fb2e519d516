-- Turns one dead letter into a delivery with all its attempts before it. Where dead letters block their group it
-- takes its old place; elsewhere the group has gone on, and it queues up behind.
create or replace function millrace.revive(letter millrace.dead_letter) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  lane millrace.queue;
  is_grouped constant boolean := letter.group_key is not null;
  keeps_place boolean;
begin
  select q.* into lane from millrace.queue q where q.id = letter.queue_id;
  if is_grouped then
    perform millrace.lock_groups(lane.id, array[letter.group_key]);
  end if;
  delete from millrace.dead_letter l where l.message_id = letter.message_id and l.queue_id = letter.queue_id;
  -- Not in front of members that fill the group already: nobody would look for it there.
  keeps_place := is_grouped and lane.dead_blocks_group and millrace.group_places(lane, letter.group_key) > 0;

  insert into millrace.delivery (message_id, queue_id, sequence, priority, group_key, available_at)
  overriding system value
  values (
    letter.message_id, letter.queue_id,
    case when keeps_place then letter.sequence else nextval(pg_get_serial_sequence('millrace.delivery', 'sequence')) end,
    letter.priority, letter.group_key,
    case when is_grouped then 'infinity' else statement_timestamp() end
  );
  if is_grouped then
    perform millrace.restart_groups(lane, array[letter.group_key]);
  end if;
end
$$;

revoke execute on function millrace.revive from public;
