-- Makes a new delivery of a kept message in one queue; a dead letter of it there is sent round again instead.
-- Priority and group are not kept with the message: a replay has the default priority and belongs to no group.
create or replace function millrace.replay_into(queue_row millrace.queue, id uuid) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  letter millrace.dead_letter;
begin
  select l.* into letter
  from millrace.dead_letter l
  where l.message_id = id and l.queue_id = queue_row.id
  for update;
  if found then
    perform millrace.redrive_letter(letter);
  else
    insert into millrace.delivery (message_id, queue_id, available_at)
    values (id, queue_row.id, statement_timestamp())
    -- Somebody else is replaying it at this moment.
    on conflict (message_id, queue_id) do nothing;
  end if;
end
$$;

revoke execute on function millrace.replay_into from public;
