-- The hourly housekeeping: makes the partitions of this week and the next three, drops weeks past their retention,
-- erases messages past theirs that others keep from being dropped, and clears idempotency keys past their window,
-- leases, receipts, chords, drain logs and history that are no longer of use. The consumer calls it when survey says that it is due: every hour,
-- and at once when the last one could not erase everything. The migrator calls it too.
-- Answers {"made", "dropped", "erased"}: weeks made, weeks dropped, messages erased. Two at the same moment do no harm:
-- the second one does nothing.
create or replace function millrace.maintain() returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  made integer;
  dropped integer;
  expired record;
  is_behind boolean;
begin
  -- Tried, not waited for: somebody else is at it already, and their work is as good.
  if not pg_try_advisory_xact_lock(hashtextextended('millrace.maintain', 0)) then
    return json_build_object('made', 0, 'dropped', 0, 'erased', 0);
  end if;
  expired := millrace.erase_expired();
  delete from millrace.idempotency_key k
  where (k.owner, k.type, k.key) in (
    select e.owner, e.type, e.key
    from millrace.idempotency_key e
    where e.expires_at <= statement_timestamp()
    -- A producer that holds the lock of an expired key may wait for the next one that is deleted here: waiting for it
    -- in turn would be a deadlock, so its key is left to the next maintenance.
    for update skip locked
  );
  -- Leases of deliveries that ended by another way than settle, as suspects without attempts left do.
  delete from millrace.in_flight f where f.lease_expires_at <= statement_timestamp() - interval '1 day';
  delete from millrace.drain_log l where l.ended_at <= statement_timestamp() - interval '7 days';
  perform millrace.forget_history();
  perform millrace.forget_turns();
  perform millrace.forget_limited_keys();
  perform millrace.forget_forwards();
  is_behind := millrace.forget_receipts() or expired.is_behind;
  is_behind := millrace.forget_chords() or is_behind;
  -- Places of helpers that have ended without a word.
  delete from millrace.helper h
  where h.token in (
    select e.token from millrace.helper e where e.ends_at <= statement_timestamp() for update skip locked
  );
  -- Partitions come last, since their locks keep others out until this transaction commits.
  made := millrace.make_coming_weeks();
  dropped := millrace.drop_expired_weeks();
  update millrace.setting
  set maintained_at = case when is_behind then '-infinity' else statement_timestamp() end;
  return json_build_object('made', made, 'dropped', dropped, 'erased', expired.erased);
end
$$;

comment on function millrace.maintain is
  'Hourly housekeeping: makes coming partitions, drops and erases what is past its retention, clears expired '
  'idempotency keys. Answers {"made", "dropped", "erased"}: weeks, weeks, messages. May be called at any time; due '
  'when survey answers maintenanceDue.';
grant execute on function millrace.maintain to millrace_consumer;
