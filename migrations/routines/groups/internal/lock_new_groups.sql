-- Locks the groups that the messages will join, before anybody looks whether they have a head:
-- whoever looks next sees what this transaction committed. In key order, so that two batches never deadlock.
create or replace function millrace.lock_new_groups(messages jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  -- An older snapshot would not show the group's members even after the lock is had.
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

revoke execute on function millrace.lock_new_groups from public;
