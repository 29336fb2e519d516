-- Ends chords of which all members have ended, and enqueues the message that follows each. The consumer calls it when survey says that
-- there are open ones, after it has settled what it had. A chord costs a few pages while a member that was looked at before still
-- lives; besides, each of its members is looked at once, so that all sweeps of its life together cost as much as it has members.
-- after: the chord after which it begins. Looks at up to 200 chords, and counts up to 5,000 members of each. Answers {"ended",
-- "open", "oldestSeconds", "refused": [{chordId, type, code, reason}], "next"}: how many have ended; how many of those that it has
-- looked at stay open, and for how long the oldest of these has been; of which the database refuses to enqueue the message that
-- follows, which is why they do; and after which chord the next call is to go on, null when there is no more to do.
create or replace function millrace.sweep_chords(after uuid default null) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  most constant integer := 200;
  seen integer := 0;
  ended integer := 0;
  open integer := 0;
  oldest timestamptz;
  refused jsonb := '[]';
  -- The one before.
  previous uuid := coalesce(after, '00000000-0000-0000-0000-000000000000');
  chord millrace.chord;
  found_out text;
begin
  for chord in
    select c.* from millrace.chord c where c.ended_at is null and c.id > previous order by c.id limit most
  loop
    seen := seen + 1;
    -- Nothing is written for a chord that only waits, not even a lock.
    found_out := case when millrace.is_live(chord.waits_for) then 'waits' else millrace.count_members(chord.id) end;
    if found_out = 'counted' then
      found_out := millrace.end_chord(chord.id);
    end if;
    case found_out
      when 'ended' then ended := ended + 1;
      when 'refused' then
        refused := refused || (
          select jsonb_build_object('chordId', c.id, 'type', c.follower ->> 'type') || c.refusal from millrace.chord c where c.id = chord.id
        );
      when 'more' then
        -- The next call begins with this one.
        exit;
      else null;
    end case;
    if found_out <> 'ended' then
      open := open + 1;
      oldest := least(oldest, chord.created_at);
    end if;
    previous := chord.id;
  end loop;
  return json_build_object(
    'ended', ended,
    'open', open,
    'oldestSeconds', coalesce(extract(epoch from statement_timestamp() - oldest), 0)::integer,
    'refused', refused,
    'next', case when seen = most or found_out = 'more' then previous end
  );
end
$$;

comment on function millrace.sweep_chords is
  'Ends chords of which all members have ended, and enqueues the message that follows each. Answers {"ended", "open", "oldestSeconds", '
  '"refused": [{chordId, type, code, reason}], "next"}: how many have ended, how many of those that it has looked at are open still, '
  'since how many seconds the oldest of them has been, those whose message that follows cannot be enqueued, and the chord after which '
  'the next call is to begin, null when it need not be called. May be called at any time; survey answers whether chordsOpen. What '
  'follows is refused with MR001, MR002 or MR003; other errors are those of enqueue_many: MR004, MR005, MR007, MR011, MR013, MR014.';
grant execute on function millrace.sweep_chords to millrace_consumer;
