-- Delivers a kept message again in one queue; replay calls it, with the message locked. When the message is a dead
-- letter there, that letter is redriven instead. Otherwise it becomes a new delivery with the default priority and
-- without a group, since these are kept with the delivery and not with the message.
create or replace function millrace.replay_into(queue_row millrace.queue, id uuid) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
as $$
declare
  letter millrace.dead_letter;
begin
  select l.* into letter
  from millrace.dead_letter l
  where l.message_id = id and l.queue_id = queue_row.id
  -- Waits for whoever redrives or discards the letter at this moment; after that it is gone, and not found.
  for update;
  if found then
    perform millrace.redrive_letter(letter);
  else
    insert into millrace.delivery (message_id, queue_id, available_at)
    values (id, queue_row.id, statement_timestamp())
    -- Somebody else is replaying it at this moment, and theirs will do.
    on conflict (message_id, queue_id) do nothing;
  end if;
end
$$;
