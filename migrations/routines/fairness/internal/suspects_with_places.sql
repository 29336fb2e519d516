-- Those of a fair queue's suspects, whose rows are locked, that have places of their keys' limits, in their order. As a rule they have
-- kept them; the others are held back. claim_suspects calls it.
create or replace function millrace.suspects_with_places(queue_row millrace.queue, suspects millrace.delivery[])
returns millrace.delivery[]
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  allowed uuid[];
begin
  select k.allowed into allowed
  from (
    select array_agg(s.message_id order by s.ordinality) as ids,
      array_agg(coalesce(s.fairness_key, '') order by s.ordinality) as keys,
      array_agg(s.priority order by s.ordinality) as priorities, array_agg(s.available_at order by s.ordinality) as turns
    from unnest(suspects) with ordinality as s
  ) as s
  cross join lateral millrace.take_key_places(queue_row, s.ids, s.keys, s.priorities, s.turns) as k
  where suspects <> '{}';
  return array(
    select suspects[position]
    from generate_subscripts(suspects, 1) as position
    where suspects[position].message_id = any (allowed)
    order by position
  );
end
$$;
