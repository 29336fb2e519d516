-- A hash of the ids of messages, in whatever order they are: what a chord is made of. enqueue_chord calls it, before anybody has looked
-- whether the ids are any, so they are taken as texts.
create or replace function millrace.ids_hash(messages jsonb) returns bytea
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select sha256(convert_to(string_agg(m.id, ' ' order by m.id collate "C"), 'UTF8'))
  from jsonb_array_elements(messages) as e(message)
  cross join lateral (select coalesce(lower(e.message ->> 'id'), '') as id) as m
$$;
