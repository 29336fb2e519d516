-- What waits in the given queues, and what keeps the hot table from being tidied: for the metrics of a deployment. The consumer
-- calls it at the end of a drain, where that is asked for. Answers null when somebody has looked within the last minute: of many
-- consumers one looks, and the others pass by without waiting. "since" is that of the drain's last survey, before which nothing
-- that is live can stand: so finished rows that vacuum cannot remove yet are not walked here as well.
create or replace function millrace.figures(queues text[], since timestamptz default '-infinity') returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
begin
  -- Five seconds less than a minute, since a tick may come that much earlier than the one before.
  perform from millrace.setting s
  where s.figured_at <= statement_timestamp() - interval '55 seconds'
  for update skip locked;
  if not found then
    return null;
  end if;
  update millrace.setting set figured_at = statement_timestamp();

  return json_build_object(
    'queues', (
      -- A survey passes paused queues by, so its "since" says nothing of them, and turns are before all times.
      select coalesce(
        json_agg(millrace.queue_figures(q.id, q.name, case when q.is_paused or q.is_fair then '-infinity' else since end) order by q.name),
        '[]'
      )
      from millrace.queue q
      where q.name = any (queues)
    ),
    'deadTuples', pg_stat_get_dead_tuples('millrace.delivery'::regclass)
      + pg_stat_get_dead_tuples('millrace.parcel'::regclass),
    'oldestSnapshotSeconds', (
      -- Sessions of other databases hold nothing back here. Of roles that the owner may not look at, nothing is seen.
      select coalesce(max(greatest(0, extract(epoch from statement_timestamp() - a.xact_start))), 0)
      from pg_stat_activity a
      where a.backend_xmin is not null and a.datname = current_database() and a.pid <> pg_backend_pid()
    )
  );
end
$$;

comment on function millrace.figures is
  'Counts what is in each of the queues, for metrics: {"queues": [{queue, pending, processing, scheduled, blocked, dead, '
  'oldestWaitingSeconds}], "deadTuples", "oldestSnapshotSeconds"}. Counting stops at 10000. since: "since" of this '
  'drain''s last survey, or -infinity. Answers null when it was called within the last minute.';
grant execute on function millrace.figures to millrace_consumer;
