-- Whether a chord is stored already and the call that would store it is the one that has, made again: by the same login within an
-- hour, as answer_for_stored has it of messages, and with the same messages, no more and no fewer. enqueue_chord calls it, with the
-- ids of all messages; what is in them, and whether they are the same, answer_for_stored finds out.
create or replace function millrace.is_repeated_chord(
  chord_id uuid, login oid, follower jsonb, messages jsonb
) returns boolean
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select exists (
    select
    from millrace.chord c
    where c.id = chord_id
      and c.enqueued_by = login
      and c.created_at > statement_timestamp() - interval '1 hour'
      and c.follower = is_repeated_chord.follower
      and c.made_of = millrace.ids_hash(messages)
  )
$$;
