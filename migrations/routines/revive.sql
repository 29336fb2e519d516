-- Turns one dead letter into a delivery with all its attempts before it. Where dead letters block their group it
-- takes its old place at the head; elsewhere the group has gone on, and it queues up behind.
create or replace function millrace.revive(letter millrace.dead_letter) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  lane millrace.queue;
  is_head boolean;
begin
  select q.* into lane from millrace.queue q where q.id = letter.queue_id;
  if letter.group_key is not null then
    perform pg_advisory_xact_lock(millrace.group_lock(lane.id, letter.group_key));
  end if;
  delete from millrace.dead_letter l where l.message_id = letter.message_id and l.queue_id = letter.queue_id;
  is_head := lane.dead_blocks_group and letter.group_key is not null and millrace.is_stopped(lane, letter.group_key);

  insert into millrace.delivery (message_id, queue_id, sequence, priority, group_key, available_at)
  overriding system value
  values (
    letter.message_id, letter.queue_id,
    case when is_head then letter.sequence else nextval(pg_get_serial_sequence('millrace.delivery', 'sequence')) end,
    letter.priority, letter.group_key,
    case
      when is_head or letter.group_key is null then statement_timestamp()
      when millrace.group_members(lane, letter.group_key) < lane.group_concurrency then statement_timestamp()
      else 'infinity'
    end
  );
end
$$;

revoke execute on function millrace.revive from public;
