-- What keeps a chord from being stored, but for its members' own faults, which enqueue_many tells: the index of the message at fault,
-- that of the one that follows being the number of members, an SQLSTATE, a pointer into that message and a sentence; all null when
-- nothing does. enqueue_chord calls it.
create or replace function millrace.chord_fault(
  chord jsonb, out index integer, out code text, out pointer text, out reason text
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  follower constant jsonb := chord -> 'followedBy';
  option text;
begin
  index := 0;
  code := 'MR002';
  pointer := '';
  reason := case
    when jsonb_typeof(chord) is distinct from 'object' or chord - array['id', 'messages', 'followedBy'] <> '{}'
      then 'a chord must be an object of id, messages and followedBy, and nothing else'
    when chord ->> 'id' is not null then millrace.option_fault('id', chord -> 'id')
  end;
  if reason is not null then
    return;
  end if;
  if jsonb_typeof(chord -> 'messages') is distinct from 'array' or chord -> 'messages' = '[]' then
    reason := 'the messages of a chord must be an array of one or more';
    return;
  end if;
  select m.position - 1
  into index
  from jsonb_array_elements(chord -> 'messages') with ordinality as m(message, position)
  where m.message ? 'chordId'
  limit 1;
  if found then
    pointer := '/chordId';
    reason := 'a message of a new chord takes no chordId: it joins this one';
    return;
  end if;

  index := jsonb_array_length(chord -> 'messages');
  if jsonb_typeof(follower) is distinct from 'object' then
    reason := 'followedBy must be a message, which is enqueued when all others have ended';
    return;
  end if;
  foreach option in array array['id', 'idempotencyKey', 'idempotencySeconds', 'replace', 'place', 'chordId'] loop
    if follower ? option then
      pointer := '/' || option;
      reason := format('the message that follows takes no %s: it is enqueued once, in any case, and gets its id then', option);
      return;
    end if;
  end loop;
  -- With headers of the greatest length that it may get, so that it is not refused only when the chord ends.
  select f.code, f.pointer, f.reason
  into code, pointer, reason
  from millrace.message_fault(
    follower || jsonb_build_object(
      'headers', case
        when jsonb_typeof(coalesce(follower -> 'headers', 'null')) in ('object', 'null')
          then millrace.follower_headers(follower, millrace.uuid_floor(statement_timestamp()), 9999999, 9999999, 9999999)
        else follower -> 'headers'
      end
    )
  ) as f;
  if code is null then
    index := null;
  end if;
end
$$;
