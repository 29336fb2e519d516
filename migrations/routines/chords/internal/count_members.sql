-- Counts the members of a chord that have ended, row after row, up to the first row with one that has not. Answers "waits" then;
-- "counted" when all have ended, as far as this statement sees; "more" when the share of a call is used up; and "held" when somebody
-- else is at it. sweep_chords calls it.
create or replace function millrace.count_members(chord_id uuid) returns text
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  most constant integer := 50;
  reached uuid;
  counted integer := 0;
  has_begun_anew boolean := false;
  members record;
  tally record;
begin
  -- One sweep at a time, which keeps nobody from adding members: who adds has the row shared.
  select millrace.span_start(c.waits_for)
  into reached
  from millrace.chord c
  where c.id = chord_id and c.ended_at is null
  for no key update skip locked;
  if not found then
    return 'held';
  end if;
  while counted < most loop
    select m.ctid as place, m.first_id, m.message_ids
    into members
    from millrace.chord_members m
    where m.chord_id = count_members.chord_id and m.done is null and m.first_id >= reached
    order by m.first_id
    limit 1;
    if found then
      tally := millrace.tally_members(members.message_ids);
      if tally.waits_for is not null then
        update millrace.chord c set waits_for = tally.waits_for where c.id = chord_id;
        return 'waits';
      end if;
      update millrace.chord_members m
      set done = tally.done, dead = tally.dead, cancelled = tally.cancelled
      where m.ctid = members.place;
      counted := counted + 1;
      reached := members.first_id;
    elsif has_begun_anew then
      return 'counted';
    else
      -- Once more from the beginning: ids that were made by another clock, or at the same time by somebody who was slower, lie before
      -- what has been counted. Not at each look, since rows that vacuum cannot remove yet lie there as well.
      has_begun_anew := true;
      reached := '00000000-0000-0000-0000-000000000000';
    end if;
  end loop;
  update millrace.chord c set waits_for = reached where c.id = chord_id;
  return 'more';
end
$$;
