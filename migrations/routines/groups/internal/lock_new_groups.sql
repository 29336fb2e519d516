-- Locks the groups that messages will join in the queues that subscribe to their types, before store_messages looks
-- whether they have a head; see lock_groups. Raises MR005 above read committed. store_unless_stored calls it.
create or replace function millrace.lock_new_groups(messages jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Above read committed the whole transaction has one snapshot. It may be older than the lock, and would then not show
  -- a member that somebody has added meanwhile.
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise 'groupKey needs a transaction at read committed, this one is at %',
      current_setting('transaction_isolation')
      using errcode = 'MR005', detail = '{"index": 0, "pointer": "/groupKey"}';
  end if;
  perform pg_advisory_xact_lock(key)
  from (
    select distinct millrace.group_lock_key(s.queue_id, m."groupKey") as key
    from jsonb_to_recordset(messages) as m(type text, "groupKey" text)
    join millrace.subscription s on s.type = m.type
    where m."groupKey" is not null
    order by key
  ) as in_order;
end
$$;
