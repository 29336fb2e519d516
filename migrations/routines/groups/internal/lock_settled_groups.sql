-- Locks the groups of one queue whose members have ended together with those that their follow-ups join, in one round
-- and in the order in which an enqueue locks them; see lock_groups. settle calls it.
create or replace function millrace.lock_settled_groups(in_queue smallint, group_keys text[], follow_ups jsonb)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_advisory_xact_lock(key)
  from (
    select millrace.group_lock_key(in_queue, g) as key
    from unnest(group_keys) as g
    union
    select millrace.group_lock_key(s.queue_id, m."groupKey")
    from jsonb_to_recordset(follow_ups) as m(type text, "groupKey" text)
    join millrace.subscription s on s.type = m.type
    where m."groupKey" is not null
    order by key
  ) as in_order;
end
$$;
