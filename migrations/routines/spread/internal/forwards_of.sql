-- What of a group waits here to be sent to another database, or would: what is dead of that holds its group, until somebody redrives
-- or discards it. where_members_belong asks.
create or replace function millrace.forwards_of(group_key text) returns table (message_id uuid)
language sql stable
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  select d.message_id from millrace.delivery d
  where d.queue_id = millrace.elsewhere() and d.group_key = forwards_of.group_key
  union all
  select l.message_id from millrace.dead_letter l
  where l.group_key = forwards_of.group_key and l.queue_id = millrace.elsewhere()
$$;
