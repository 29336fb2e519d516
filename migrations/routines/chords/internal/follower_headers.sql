-- The headers of the message that follows a chord: its own, and what became of the members. In headers, since its payload is the
-- schema's. end_chord calls it.
create or replace function millrace.follower_headers(
  follower jsonb, chord_id uuid, done bigint, dead bigint, cancelled bigint
) returns jsonb
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select case jsonb_typeof(follower -> 'headers') when 'object' then follower -> 'headers' else '{}' end
    || jsonb_build_object(
      'chord-id', chord_id, 'chord-done', done::text, 'chord-dead', dead::text, 'chord-cancelled', cancelled::text
    )
$$;
