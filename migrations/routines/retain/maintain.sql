-- Makes the partitions of this week and the next three, drops those past retention, erases messages past retention
-- that others keep from being dropped, and idempotency keys past their window. Answers {"made", "dropped", "erased"}:
-- how many weeks, weeks, messages. Due every hour, and at once when it could not erase everything in one go; two at
-- once do no harm, the second does nothing.
create or replace function millrace.maintain() returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  made integer;
  dropped integer;
  expired record;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('millrace.maintain', 0)) then
    return json_build_object('made', 0, 'dropped', 0, 'erased', 0);
  end if;
  expired := millrace.erase_expired();
  delete from millrace.idempotency_key k
  where (k.type, k.key) in (
    select e.type, e.key
    from millrace.idempotency_key e
    where e.expires_at <= statement_timestamp()
    -- A producer who takes one at this moment may want the next one, too, and must not wait for this in a circle.
    for update skip locked
  );
  -- Left behind by deliveries that ended without their lease, as suspects do.
  delete from millrace.in_flight f where f.lease_expires_at <= statement_timestamp() - interval '1 day';
  delete from millrace.drain_log l where l.ended_at <= statement_timestamp() - interval '7 days';
  -- Last, since they lock others out until this commits.
  made := millrace.make_coming_weeks();
  dropped := millrace.drop_expired_weeks();
  update millrace.setting
  set maintained_at = case when expired.is_behind then '-infinity' else statement_timestamp() end;
  return json_build_object('made', made, 'dropped', dropped, 'erased', expired.erased);
end
$$;

revoke execute on function millrace.maintain from public;
grant execute on function millrace.maintain to millrace_consumer;
