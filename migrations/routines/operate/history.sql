-- What drains did in all queues, or in one, over the last hour by minutes, the last day by quarters of an hour, or the last week by
-- hours: for operators and the HTTP API. Read from rows that record_drain has added up, one for each slot, so it costs the same
-- however many messages and drains there were. Raises MR002 for another period.
create or replace function millrace.history(period text default 'hour', queue text default null) returns json
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
-- The time zone is fixed for the reason that stands in enqueue_at_any_depth.
set timezone = 'UTC'
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  seconds constant integer := case history.period when 'hour' then 60 when 'day' then 900 when 'week' then 3600 end;
  slots constant integer := case history.period when 'hour' then 60 when 'day' then 96 when 'week' then 168 end;
  slot constant interval := make_interval(secs => seconds);
  -- The slot that is under way is the last one.
  until constant timestamptz := date_bin(slot, statement_timestamp(), '1970-01-01Z') + slot;
  since constant timestamptz := until - slots * slot;
begin
  if seconds is null then
    raise 'a period is one of hour, day and week, got "%"', history.period using errcode = 'MR002';
  end if;
  return json_build_object(
    'period', history.period, 'slotSeconds', seconds, 'from', since, 'to', until,
    'queues', (
      select coalesce(json_agg(json_build_object('queue', q.name, 'total', s.total, 'slots', s.slots) order by q.name), '[]')
      from millrace.queue q
      cross join lateral millrace.queue_slots(q.id, seconds, since) as s
      where (history.queue is null or q.name = history.queue) and s.slots is not null
    )
  );
end
$$;

comment on function millrace.history is
  'Tells what drains did in all queues, or in one: over the last hour by minutes, the last day by 15 minutes, the last week '
  'by hours. {period, slotSeconds, from, to, queues: [{queue, total, slots: [{at, done, retried, snoozed, dead, waitMs: '
  '{p50, p95}, runMs: {p50, p95}}]}]}; total is as a slot, without at. waitMs: how long deliveries had been due when they '
  'were claimed; runMs: how long handlers ran; to within a fifth, null where nothing was counted. Slots and queues in '
  'which nothing happened are left out. Errors: MR002 unknown period.';
grant execute on function millrace.history to millrace_operator;
