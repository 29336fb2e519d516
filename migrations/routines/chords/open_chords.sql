-- A page of the chords that are open, by their ids, so mostly the oldest first: for operators and the HTTP API. What has ended of each
-- is what sweeps have counted, since looking anew would cost as much as all of their members; chord does so for one. cursor is
-- nextCursor of the page before.
create or replace function millrace.open_chords(cursor uuid default null, max_count integer default 50) returns json
language sql stable security definer
set search_path = pg_catalog, pg_temp
-- The time zone is fixed for the reason that stands in enqueue_at_any_depth.
set timezone = 'UTC'
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
  with page as (
    select c.id, c.created_at, c.follower ->> 'type' as type, c.waits_for, c.refusal
    from millrace.chord c
    where c.ended_at is null and c.id > coalesce(open_chords.cursor, '00000000-0000-0000-0000-000000000000')
    order by c.id
    limit least(max_count, 200)
  )
  select json_build_object(
    'items', coalesce(
      json_agg(
        json_build_object(
          'id', p.id, 'createdAt', p.created_at, 'members', n.members, 'ended', n.ended, 'dead', n.dead,
          'waitsFor', p.waits_for, 'followedBy', json_build_object('type', p.type), 'refusal', p.refusal
        )
        order by p.id
      ),
      '[]'
    ),
    'nextCursor', case when count(*) = least(max_count, 200) then (array_agg(p.id order by p.id desc))[1] end
  )
  from page p
  cross join lateral (
    select coalesce(sum(cardinality(m.message_ids)), 0) as members, coalesce(sum(m.done + m.dead + m.cancelled), 0) as ended,
      coalesce(sum(m.dead), 0) as dead
    from (
      select o.message_ids, o.done, o.dead, o.cancelled
      from millrace.chord_members o
      where o.chord_id = p.id
      order by o.first_id
      -- So that no chord makes a page dear, however many join it.
      limit 1000
    ) as m
  ) as n
$$;

comment on function millrace.open_chords is
  'Lists the chords that are open, by their ids, mostly the oldest first: {"items": [{id, createdAt, members, ended, dead, waitsFor, '
  'followedBy: {type}, refusal: {code, reason}}], "nextCursor"}, which is null after the last page. members: how many have joined, of '
  'more than 1,000 at least so many; ended: how many of these have been counted so far, dead among them; waitsFor: a member that had '
  'not ended when somebody looked last, or the last that had. cursor: nextCursor of the page before; max_count: at most 200 a page.';
grant execute on function millrace.open_chords to millrace_operator;
