-- A chord, how far it is and what it waits for; null when none of this id is kept. Of an open one up to 10,000 members that no sweep
-- has counted yet are looked at, so that the answer is of this moment; where there are more, the others count as live, and isExact is
-- false. Operators call it, and the HTTP API.
create or replace function millrace.chord(id uuid) returns json
language sql stable security definer
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  with counted as (
    select coalesce(sum(cardinality(m.message_ids)), 0) as members, sum(m.done) as done, sum(m.dead) as dead,
      sum(m.cancelled) as cancelled, count(*) filter (where m.done is null) as rows_left
    from millrace.chord_members m
    where m.chord_id = chord.id
  ),
  looked_at as (
    select count(*) as rows, sum(t.done) as done, sum(t.dead) as dead, sum(t.cancelled) as cancelled
    from (
      select m.message_ids
      from millrace.chord_members m
      where m.chord_id = chord.id and m.done is null
      order by m.first_id
      limit 100
    ) as m
    cross join lateral millrace.tally_members(m.message_ids) as t
  )
  select json_build_object(
    'id', c.id,
    'status', case when c.ended_at is null then 'open' when c.follower_id is null then 'cancelled' else 'ended' end,
    'createdAt', c.created_at,
    'endedAt', c.ended_at,
    'members', n.members,
    'live', n.members - s.done - s.dead - s.cancelled,
    'done', s.done,
    'dead', s.dead,
    'cancelled', s.cancelled,
    'isExact', n.rows_left = l.rows,
    'followedBy', json_build_object('type', c.follower ->> 'type', 'id', c.follower_id),
    'refusal', c.refusal
  )
  from millrace.chord c
  cross join counted n
  cross join looked_at l
  cross join lateral (
    select coalesce(n.done, 0) + coalesce(l.done, 0) as done, coalesce(n.dead, 0) + coalesce(l.dead, 0) as dead,
      coalesce(n.cancelled, 0) + coalesce(l.cancelled, 0) as cancelled
  ) as s
  where c.id = chord.id
$$;

comment on function millrace.chord is
  'Shows a chord: {id, status: open, ended or cancelled, createdAt, endedAt, members, live, done, dead, cancelled, isExact, followedBy: '
  '{type, id}, refusal: {code, reason}}, or null when none of this id is kept. live: how many members have not ended; with isExact '
  'false, that many at most; followedBy.id: of the message that followed, null until it has; refusal: why it cannot be enqueued.';
grant execute on function millrace.chord to millrace_operator, millrace_consumer;
