-- Cancels a chord: no message follows it, none joins it any more, and of its members those are cancelled that nobody is processing. The
-- first call says so of the chord, and each that follows cancels up to 1,000 members, so that none runs long; the same call is made
-- until it answers that there are no more. What a transaction that is still open has added stays.
-- Operators call it, and the HTTP API for them.
create or replace function millrace.cancel_chord(id uuid, actor text default null) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  most constant integer := 10;
  chord millrace.chord;
  members record;
  tally record;
  seen integer := 0;
  cancelled integer := 0;
begin
  -- In a call of its own, which holds nothing else: who adds a member may have parcels and groups that a cancellation waits for. A
  -- sweep that ends the chord at this moment is waited for, and has come first.
  update millrace.chord c set ended_at = statement_timestamp() where c.id = cancel_chord.id and c.ended_at is null;
  if found then
    perform millrace.audit_action(actor, 'cancel-chord', jsonb_build_object('chordId', id), 0);
    return json_build_object('cancelled', 0, 'more', true);
  end if;
  select c.* into chord from millrace.chord c where c.id = cancel_chord.id;
  if not found then
    return null;
  end if;
  -- Of one that has ended by itself there is nothing left.
  if chord.follower_id is not null then
    return json_build_object('cancelled', 0, 'more', false);
  end if;
  for members in
    select m.ctid as place, m.message_ids
    from millrace.chord_members m
    where m.chord_id = cancel_chord.id and m.done is null
    order by m.first_id
    limit most
    -- Somebody else cancels these.
    for update skip locked
  loop
    seen := seen + 1;
    cancelled := cancelled + coalesce(cardinality(millrace.cancel_waiting(members.message_ids, with_suspects => true)), 0);
    tally := millrace.tally_members(members.message_ids);
    update millrace.chord_members m
    set done = tally.done, dead = tally.dead, cancelled = tally.cancelled
    where m.ctid = members.place;
  end loop;
  if cancelled > 0 then
    perform millrace.audit_action(actor, 'cancel-chord', jsonb_build_object('chordId', id), cancelled);
  end if;
  return json_build_object('cancelled', cancelled, 'more', seen = most);
end
$$;

comment on function millrace.cancel_chord is
  'Cancels a chord, so that no message follows it, and its members that nobody is processing, or whose lease ran out. Answers '
  '{"cancelled", "more"}: how many deliveries this call has cancelled, and whether to call again, as after the first call of a '
  'chord, which cancels none; null when none of this id is kept. One that has ended stays as it is. actor: who does it, for the '
  'audit table; the session''s user when null. Errors: MR005 a delivery is in a group and the transaction above read committed.';
grant execute on function millrace.cancel_chord to millrace_operator;
