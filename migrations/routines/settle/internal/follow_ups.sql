-- The follow-up messages of the results that are done, among those at the given positions, in order, and for each the id
-- of the message that caused it; both null when there are none. settle enqueues them.
create or replace function millrace.follow_ups(
  results jsonb, positions bigint[], out messages jsonb, out causes uuid[]
)
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_agg(follow_up.message order by r.position, follow_up.position),
    array_agg(r.id order by r.position, follow_up.position)
  from rows from (
    jsonb_to_recordset(results) as (id uuid, outcome text, enqueue jsonb)
  ) with ordinality as r(id, outcome, enqueue, position)
  cross join lateral jsonb_array_elements(r.enqueue) with ordinality as follow_up(message, position)
  where r.position = any (positions) and r.outcome = 'done'
$$;
