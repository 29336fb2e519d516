-- Raises MR005 in a transaction above read committed, saying what it was that needs one. There the whole transaction has
-- one snapshot, which may be older than the lock of a group: it would not show a member that somebody has added
-- meanwhile, two would start at once, or nobody ever. lock_new_groups, unblock_next_members and restart_groups call it.
create or replace function millrace.require_read_committed(what text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise '% needs a transaction at read committed, this one is at %', what, current_setting('transaction_isolation')
      using errcode = 'MR005', detail = '{"index": 0, "pointer": "/groupKey"}';
  end if;
end
$$;
