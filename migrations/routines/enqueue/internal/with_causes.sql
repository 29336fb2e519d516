-- Follow-ups with the ids of the messages that caused them, as causedBy, for store_messages; null without causes.
-- enqueue_at_any_depth calls it once the messages have been looked at: causedBy is no option, and whoever writes it into a
-- message is refused.
create or replace function millrace.with_causes(messages jsonb, causes uuid[]) returns jsonb
language sql immutable strict
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_agg(m.message || jsonb_build_object('causedBy', causes[m.position]) order by m.position)
  from jsonb_array_elements(messages) with ordinality as m(message, position)
$$;
