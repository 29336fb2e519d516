-- Records what handlers tell of their progress, for many deliveries in one statement. Whoever has no lease any more changes
-- nothing. A delivery that is being settled or extended at this moment is passed over: a report is worth no wait, and the next one
-- comes. No index has the column, so the row is updated in its place.
create or replace function millrace.report_progress(queue text, reports jsonb) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
  recorded integer;
begin
  -- Only a single delivery has a place for it.
  perform millrace.part_free(
    queue, array(select (r ->> 'token')::uuid from jsonb_array_elements(reports) as r),
    array(select (r ->> 'id')::uuid from jsonb_array_elements(reports) as r)
  );
  with held as materialized (
    select d.ctid as place, r.fraction, r.note
    from millrace.queue q
    cross join jsonb_to_recordset(reports) as r(id uuid, token uuid, fraction double precision, note text)
    -- Served by the primary key alone; settle_done explains this form.
    join millrace.delivery d on d.message_id = any (array[r.id]) and d.queue_id + 0 = q.id
    where q.name = report_progress.queue
      and r.fraction is not null
      and d.lease_token = r.token
      -- A released delivery keeps its last token, without a lease.
      and d.lease_expires_at is not null
    for update of d skip locked
  ),
  reported as (
    update millrace.delivery d
    set progress = jsonb_build_object(
      -- By it a report is known to be of a lease that is over. The attempt's number would not say so: after a snooze or a release
      -- the next attempt has the same.
      'token', d.lease_token,
      'fraction', greatest(0, least(1, h.fraction)),
      'note', left(h.note, 200),
      'at', statement_timestamp()
    )
    from held h
    where d.ctid = h.place
    returning 1
  )
  select count(*) into recorded from reported;
  return recorded;
end
$$;

comment on function millrace.report_progress is
  'Records how far the handlers of held deliveries have come. reports: [{id, token, fraction, note}], fraction 0 to 1, note at most '
  '200 characters or left out; the newest report counts, and status shows it while the attempt runs. Answers how many were '
  'recorded: not those whose lease is lost, nor those that are being settled at this moment.';
grant execute on function millrace.report_progress to millrace_consumer;
