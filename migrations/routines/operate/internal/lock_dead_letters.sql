-- Locks the dead letters that fit a filter, which matching_dead_letters explains, until the caller's transaction ends:
-- up to max_count (at most 10,000), queue by queue, in each the oldest first, from behind the cursor on. Answers where
-- they lie, whether more of them may fit, and if so next_cursor, {"diedAt", "messageId", "queueId"}, behind which. Named
-- ones have no cursor: those that are still there are found again.
-- A call looks at as many letters of each queue as make 20,000 together, though at least 100: a text is looked for in
-- letters that are kilobytes long, and a call that reads all of a million of them would not end in time. So it may find
-- few, or none, and others may fit behind the cursor.
-- Those that somebody else is redriving or discarding at this moment are left to them, and not counted.
-- The oldest come first so that the members of a group come back in its order, portion after portion, and so that what
-- dies again meanwhile is not sent round before what waits. act_on_letters calls it.
create or replace function millrace.lock_dead_letters(
  filter jsonb, max_count integer, cursor jsonb, out places tid[], out has_more boolean, out next_cursor jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
-- The time zone is fixed for the reason that stands in enqueue_at_any_depth.
set timezone = 'UTC'
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  most constant integer := greatest(0, least(max_count, 10000));
  after timestamptz;
  before timestamptz;
  walked record;
  start record;
  last record;
begin
  perform millrace.require_filter(filter, cursor);
  after := coalesce((filter ->> 'after')::timestamptz, '-infinity');
  before := coalesce((filter ->> 'before')::timestamptz, 'infinity');
  places := '{}';
  has_more := false;
  if most = 0 then
    return;
  end if;
  if filter ? 'ids' then
    places := millrace.lock_named_letters(filter, most + 1);
    has_more := cardinality(places) > most;
    places := places[1:most];
    return;
  end if;
  for walked in
    select q.id, q.name, greatest(100, 20000 / count(*) over ()) as looks
    from millrace.queue q
    where (filter ->> 'queue' is null or q.name = filter ->> 'queue')
      and q.id >= coalesce((cursor ->> 'queueId')::smallint, 0::smallint)
    order by q.id
  loop
    select coalesce((c ->> 'diedAt')::timestamptz, '-infinity') as died_at,
      coalesce((c ->> 'messageId')::uuid, '00000000-0000-0000-0000-000000000000') as message_id
    into start
    from (select case when walked.id = (cursor ->> 'queueId')::smallint then cursor end) as given(c);

    -- The index alone answers how far this call may look, without the letters' texts. Without a type, a text or a
    -- fingerprint, which are in no index, every letter that is looked at fits.
    select l.died_at, l.message_id, l.queue_id into last
    from millrace.dead_letter l
    where filter ?| array['type', 'error', 'fingerprint']
      and l.queue_id = walked.id
      and (l.died_at, l.message_id) > (start.died_at, start.message_id)
      and l.died_at >= after
      and l.died_at < before
    order by l.died_at, l.message_id
    offset walked.looks - 1
    limit 1;

    places := places || array(
      select l.ctid
      from millrace.dead_letter l
      where l.queue_id = walked.id
        and (l.died_at, l.message_id) > (start.died_at, start.message_id)
        and (l.died_at, l.message_id) <= (
          coalesce(last.died_at, 'infinity'), coalesce(last.message_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
        )
        and millrace.fits_filter(l, walked.name, filter)
      order by l.died_at, l.message_id
      -- One more than asked for, which tells whether there are more.
      limit most + 1 - cardinality(places)
      for update skip locked
    );
    if cardinality(places) > most then
      select l.died_at, l.message_id, l.queue_id into last from millrace.dead_letter l where l.ctid = places[most];
    end if;
    has_more := last.message_id is not null;
    exit when has_more;
  end loop;
  if has_more then
    next_cursor := jsonb_build_object('diedAt', last.died_at, 'messageId', last.message_id, 'queueId', last.queue_id);
  end if;
  places := places[1:most];
end
$$;
