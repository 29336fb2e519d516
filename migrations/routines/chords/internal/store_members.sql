-- Stores messages of which some join a chord (chordId), as store_unless_stored does, which calls it. Locks the chords so that none
-- ends before this transaction does: shared, since whoever adds is in nobody's way but an end's. Raises MR014 when a chord is not
-- open, unless the message was added by this very call, made before.
create or replace function millrace.store_members(messages jsonb, owner text) returns json
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  clock constant timestamptz := clock_timestamp();
  numbered jsonb;
  open_ones uuid[];
  late record;
  answer json;
begin
  -- Ids are needed before the messages are stored.
  select jsonb_agg(
    m.message || jsonb_build_object('id', coalesce((m.message ->> 'id')::uuid, millrace.ordered_id(clock, m.position)))
    order by m.position
  )
  into numbered
  from jsonb_array_elements(messages) with ordinality as m(message, position);
  perform millrace.refuse_as_members(numbered);

  open_ones := array(
    select c.id
    from millrace.chord c
    where c.id in (select (m ->> 'chordId')::uuid from jsonb_array_elements(numbered) as m) and c.ended_at is null
    order by c.id
    for key share
  );
  select m.position - 1 as index
  into late
  from jsonb_array_elements(numbered) with ordinality as m(message, position)
  where (m.message ->> 'chordId')::uuid <> all (open_ones)
    and millrace.chord_of((m.message ->> 'id')::uuid) is distinct from (m.message ->> 'chordId')::uuid
  order by m.position
  limit 1;
  if found then
    raise 'the chord has ended, or there is none of this id' using
      errcode = 'MR014',
      detail = json_build_object('index', late.index, 'pointer', '/chordId');
  end if;

  answer := millrace.store_unless_stored((select jsonb_agg(m - 'chordId') from jsonb_array_elements(numbered) as m), owner);
  insert into millrace.chord_members (chord_id, first_id, message_ids)
  select t.chord_id, t.ids[piece.first], t.ids[piece.first : piece.first + 99]
  from (
    select m.chord_id, array_agg(m.id order by m.id) as ids
    from jsonb_to_recordset(numbered) as n(id uuid, "chordId" uuid)
    cross join lateral (select n.id, n."chordId" as chord_id) as m
    where m.chord_id is not null
      -- Of a repeated call they are there already.
      and millrace.chord_of(m.id) is distinct from m.chord_id
    group by m.chord_id, millrace.span_start(m.id)
  ) as t
  cross join lateral generate_series(1, cardinality(t.ids), 100) as piece(first);
  return answer;
end
$$;
