-- Turns one dead letter into a delivery with all its attempts before it. Where a dead letter blocks its group, the
-- delivery takes its old place in the group; elsewhere the group has gone on, and it queues up behind. redrive and
-- replay_into call it, with the letter locked.
create or replace function millrace.redrive_letter(letter millrace.dead_letter) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
as $$
declare
  is_grouped constant boolean := letter.group_key is not null;
  keeps_place constant boolean := is_grouped and (
    select q.dead_blocks_group from millrace.queue q where q.id = letter.queue_id
  );
begin
  delete from millrace.dead_letter l where l.message_id = letter.message_id and l.queue_id = letter.queue_id;
  insert into millrace.delivery (message_id, queue_id, sequence, priority, group_key, available_at)
  overriding system value
  values (
    letter.message_id, letter.queue_id,
    case
      when keeps_place then letter.sequence
      else nextval(pg_get_serial_sequence('millrace.delivery', 'sequence'))
    end,
    letter.priority, letter.group_key,
    -- A member of a group comes in as blocked, and restart_groups below unblocks whoever's turn it is.
    case when is_grouped then 'infinity' else statement_timestamp() end
  );
  if is_grouped then
    perform millrace.restart_groups(letter.queue_id, array[letter.group_key]);
  end if;
end
$$;
