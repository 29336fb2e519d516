-- Whether a chord is stored already and the call that would store it is the one that has, made again: by the same login within an
-- hour, as answer_for_stored has it of messages, and with the same messages. enqueue_chord calls it, with the ids of all messages.
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
    )
    and not exists (
      select
      from jsonb_array_elements(messages) as m
      where case
        when millrace.option_fault('id', m -> 'id') is null
          then millrace.chord_of((m ->> 'id')::uuid) is distinct from is_repeated_chord.chord_id
        else true
      end
    )
$$;
