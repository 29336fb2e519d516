-- Locks the groups that the deliveries of the given messages are in, together with those that new messages will join,
-- in one round; see lock_groups. cancel_waiting and replace_waiting call it.
create or replace function millrace.lock_waiting_groups(ids uuid[], messages jsonb default '[]') returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
as $$
begin
  perform pg_advisory_xact_lock(key)
  from (
    select millrace.group_lock_key(d.queue_id, d.group_key) as key
    from millrace.delivery d
    where d.message_id = any (ids) and d.group_key is not null
    union
    select millrace.group_lock_key(s.queue_id, m."groupKey")
    from jsonb_to_recordset(messages) as m(type text, "groupKey" text)
    join millrace.subscription s on s.type = m.type
    where m."groupKey" is not null
    order by key
  ) as in_order;
end
$$;
