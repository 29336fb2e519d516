-- Ends a chord of which all members have been counted, and enqueues the message that follows. Answers "ended"; "waits" when members
-- have joined meanwhile, or a dead one was redriven; "held" when somebody is adding members; "refused" when the message cannot be
-- enqueued, which the chord's refusal explains then. sweep_chords calls it.
create or replace function millrace.end_chord(chord_id uuid) returns text
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  chord millrace.chord;
  members record;
  tally record;
  sums record;
  next_id constant uuid := millrace.uuid_v7();
  code text;
  reason text;
begin
  -- Alone: from here on nobody adds members, and whoever has added some has committed, so that the next statement sees them. Whoever
  -- comes after this fence finds the chord ended.
  select c.* into chord from millrace.chord c where c.id = chord_id and c.ended_at is null for update skip locked;
  if not found then
    return 'held';
  end if;
  -- A dead letter may have been redriven, or discarded, since it was counted; what is done or cancelled stays so, since a replay is not
  -- of this chord's making.
  for members in
    select m.ctid as place, m.message_ids, m.dead, m.cancelled
    from millrace.chord_members m
    where m.chord_id = end_chord.chord_id and m.dead > 0
  loop
    tally := millrace.tally_members(members.message_ids);
    if tally.waits_for is not null then
      update millrace.chord_members m set done = null, dead = null, cancelled = null where m.ctid = members.place;
      update millrace.chord c set waits_for = tally.waits_for where c.id = chord_id;
      return 'waits';
    end if;
    if (tally.dead, tally.cancelled) <> (members.dead, members.cancelled) then
      update millrace.chord_members m
      set done = tally.done, dead = tally.dead, cancelled = tally.cancelled
      where m.ctid = members.place;
    end if;
  end loop;
  select bool_or(m.done is null) as are_left, sum(m.done) as done, sum(m.dead) as dead, sum(m.cancelled) as cancelled
  into sums
  from millrace.chord_members m
  where m.chord_id = end_chord.chord_id;
  if sums.are_left then
    return 'waits';
  end if;

  begin
    -- At any depth: nobody is there who could come again later.
    perform millrace.enqueue_at_any_depth(
      jsonb_build_array(
        chord.follower || jsonb_build_object(
          'id', next_id,
          'headers', millrace.follower_headers(chord.follower, chord_id, sums.done, sums.dead, sums.cancelled)
        )
      ),
      'handlers'
    );
  exception
    -- Its type may have been taken out of the code since, or its group be on a standard queue of SQS by now.
    when sqlstate 'MR001' or sqlstate 'MR002' or sqlstate 'MR003' then
      get stacked diagnostics code = returned_sqlstate, reason = message_text;
      update millrace.chord c
      set refusal = jsonb_build_object('code', code, 'reason', reason)
      where c.id = chord_id;
      return 'refused';
  end;
  update millrace.chord c
  set ended_at = statement_timestamp(), follower_id = next_id, refusal = null
  where c.id = chord_id;
  return 'ended';
end
$$;
