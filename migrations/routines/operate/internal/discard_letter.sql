-- Gives one dead letter up: its delivery is logged as cancelled, and a group that waited for it goes on. discard calls
-- it, with the letter locked.
create or replace function millrace.discard_letter(letter millrace.dead_letter) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
as $$
begin
  delete from millrace.dead_letter l where l.message_id = letter.message_id and l.queue_id = letter.queue_id;
  insert into millrace.attempt (message_id, outcome, queue_id, attempt)
  values (letter.message_id, 'cancelled', letter.queue_id, letter.attempts);
  if letter.group_key is not null then
    perform millrace.restart_groups(letter.queue_id, array[letter.group_key]);
  end if;
end
$$;
