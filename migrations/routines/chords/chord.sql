-- A chord, how far it is and what it waits for; null when none of this id is kept. Of an open one up to 10,000 members that no sweep
-- has counted yet, or among which it has counted dead ones, are looked at, so that the answer is of this moment; where there are more,
-- the others count as live, or as they were, and isExact is false. Operators call it, and the HTTP API.
create or replace function millrace.chord(id uuid) returns json
language sql stable security definer
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  with members as materialized (
    select m.*,
      -- Dead ones may have been redriven or discarded since; the sweep that ends the chord looks at them once more, too.
      m.done is null or (m.dead > 0 and c.ended_at is null) as is_open
    from millrace.chord c
    join millrace.chord_members m on m.chord_id = c.id
    where c.id = chord.id
  ),
  looked_at as materialized (
    select m.first_id, m.message_ids from members m where m.is_open order by m.done is not null, m.first_id limit 100
  ),
  counts as (
    select t.done, t.dead, t.cancelled
    from looked_at m
    cross join lateral millrace.tally_members(m.message_ids) as t
    union all
    select m.done, m.dead, m.cancelled
    from members m
    where m.first_id not in (select l.first_id from looked_at l)
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
    'isExact', n.are_exact,
    'followedBy', json_build_object('type', c.follower ->> 'type', 'id', c.follower_id),
    'refusal', c.refusal
  )
  from millrace.chord c
  cross join (
    select coalesce(sum(cardinality(m.message_ids)), 0) as members,
      count(*) filter (where m.is_open) <= 100 as are_exact
    from members m
  ) as n
  cross join (
    select coalesce(sum(t.done), 0) as done, coalesce(sum(t.dead), 0) as dead, coalesce(sum(t.cancelled), 0) as cancelled
    from counts t
  ) as s
  where c.id = chord.id
$$;

comment on function millrace.chord is
  'Shows a chord: {id, status: open, ended or cancelled, createdAt, endedAt, members, live, done, dead, cancelled, isExact, followedBy: '
  '{type, id}, refusal: {code, reason}}, or null when none of this id is kept. live: how many members have not ended; with isExact '
  'false, that many at most; followedBy.id: of the message that followed, null until it has; refusal: why it cannot be enqueued.';
grant execute on function millrace.chord to millrace_operator, millrace_consumer;
