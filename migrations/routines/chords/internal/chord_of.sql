-- The chord that a message is a member of; null when it is in none. status shows it.
create or replace function millrace.chord_of(id uuid) returns uuid
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- As in taken_places: a plan that the session keeps. Whoever looks at messages pays for this, also where there are no chords.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
begin
  return (
    select c.chord_id
    from millrace.chord_members c
    where c.first_id between millrace.span_start(chord_of.id) and millrace.span_end(chord_of.id)
      and chord_of.id = any (c.message_ids)
    limit 1
  );
end
$$;
