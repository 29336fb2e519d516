-- Makes the partitions of this week and the next three, drops those past retention and idempotency keys past their
-- window. Answers
-- {"made", "dropped"}: how many weeks. Due every hour; two at once do no harm, the second does nothing.
create or replace function millrace.maintain() returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  week constant interval := interval '7 days';
  this_week constant timestamptz := date_trunc('week', statement_timestamp(), 'UTC');
  made integer := 0;
  dropped integer := 0;
  starts timestamptz;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('millrace.maintain', 0)) then
    return json_build_object('made', 0, 'dropped', 0);
  end if;
  for n in 0..3 loop
    if millrace.make_partition('message', this_week + n * week, this_week + (n + 1) * week)
      and millrace.make_partition('attempt', this_week + n * week, this_week + (n + 1) * week)
    then
      made := made + 1;
    end if;
  end loop;
  for starts in
    select to_date(right(c.relname, 8), 'YYYYMMDD')::timestamp at time zone 'UTC'
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'millrace.message'::regclass and c.relname ~ '^message_[0-9]{8}$'
  loop
    if starts + week <= statement_timestamp() - make_interval(days => (select s.retention_days from millrace.setting s))
      and millrace.drop_partition(starts, starts + week)
    then
      dropped := dropped + 1;
    end if;
  end loop;
  delete from millrace.idempotency_key k where k.expires_at <= statement_timestamp();
  -- Left behind by deliveries that ended without their lease, as suspects do.
  delete from millrace.in_flight f where f.lease_expires_at <= statement_timestamp() - interval '1 day';
  delete from millrace.drain_log l where l.ended_at <= statement_timestamp() - interval '7 days';
  update millrace.setting set maintained_at = statement_timestamp();
  return json_build_object('made', made, 'dropped', dropped);
end
$$;

revoke execute on function millrace.maintain from public;
grant execute on function millrace.maintain to millrace_consumer;
