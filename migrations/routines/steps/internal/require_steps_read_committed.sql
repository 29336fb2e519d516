-- Raises MR005 in a transaction above read committed, whose snapshot may be older than a lock that it takes: an event, or who waits for it,
-- would be missed for good. wait_in_steps and send_event call it.
create or replace function millrace.require_steps_read_committed() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise 'an event needs a transaction at read committed, this one is at %', current_setting('transaction_isolation')
      using errcode = 'MR005';
  end if;
end
$$;
