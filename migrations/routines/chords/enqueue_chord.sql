-- Enqueues a chord, in the caller's own transaction: messages, and one that follows when all of them have ended. For producers that
-- write SQL, and for the HTTP API. Nobody counts as members end: a drain looks for chords of which all members have; see sweep_chords.
-- chord: {id, messages, followedBy}. A call that carries the chord's id and its messages' ids may be repeated.
-- caller and eager are those of enqueue_to_wake, and the answer is that, with the chord's id.
create or replace function millrace.enqueue_chord(chord jsonb, caller text default null, eager boolean default false) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  login constant oid := quote_ident(session_user)::regrole;
  clock constant timestamptz := clock_timestamp();
  fault record;
  chord_id uuid;
  messages jsonb;
  waits_for uuid;
  enqueued json;
  due_at timestamptz;
begin
  fault := millrace.chord_fault(chord);
  if fault.code is not null then
    raise '%', fault.reason using
      errcode = fault.code,
      detail = json_build_object('index', fault.index, 'pointer', fault.pointer);
  end if;
  chord_id := coalesce((chord ->> 'id')::uuid, millrace.uuid_v7());
  select jsonb_agg(
    case jsonb_typeof(m.message)
      when 'object' then
        jsonb_build_object('id', millrace.ordered_id(clock, m.position)) || m.message || jsonb_build_object('chordId', chord_id)
      -- What is no object enqueue_many refuses.
      else m.message
    end
    order by m.position
  )
  into messages
  from jsonb_array_elements(chord -> 'messages') with ordinality as m(message, position);

  -- Not as a case, of which Postgres would work out both sides. An id that is none enqueue_many refuses.
  if millrace.option_fault('id', messages #> '{0,id}') is null then
    waits_for := messages #>> '{0,id}';
  end if;
  insert into millrace.chord (id, enqueued_by, follower, waits_for, made_of)
  values (chord_id, login, chord -> 'followedBy', coalesce(waits_for, chord_id), millrace.ids_hash(messages))
  -- Waits for a call with the same id whose transaction is open.
  on conflict (id) do nothing;
  if not found and not millrace.is_repeated_chord(chord_id, login, chord -> 'followedBy', messages) then
    raise 'the id is in use by another chord, or by this one with other messages' using errcode = 'MR004', detail = '{"index": 0, "pointer": ""}';
  end if;
  enqueued := millrace.enqueue_many(messages, caller);
  due_at := millrace.enqueued_due_at(enqueued);
  return json_build_object(
    'id', chord_id,
    'enqueued', enqueued,
    'now', statement_timestamp(),
    'dueAt', due_at,
    -- Asked last; see enqueue_to_wake.
    'wake', eager and coalesce(due_at <= statement_timestamp(), false) and millrace.ask_wake_up()
  );
end
$$;

comment on function millrace.enqueue_chord is
  'Enqueues messages, its members, and one that follows when all of them have ended: {id, messages: [as of enqueue_many], followedBy: a '
  'message without id, idempotencyKey, idempotencySeconds, replace}. Those take no idempotencyKey, idempotencySeconds, replace '
  'either, and nobody of theirs may be on SQS. The one that follows has the headers chord-id, chord-done, chord-dead and '
  'chord-cancelled. Answers {"id", "enqueued", "now", "dueAt", "wake"} as enqueue_to_wake, whose eager this is; '
  'caller: as in enqueue_many. More members join by the option chordId of an enqueue, while the chord is open. Errors: those of '
  'enqueue_many, the index of the message that follows being the number of the others: MR001, MR002, MR003, MR004, MR005, MR007, '
  'MR008, MR011, MR013, MR014.';
grant execute on function millrace.enqueue_chord to millrace_producer;
