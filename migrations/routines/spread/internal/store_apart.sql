-- Stores some of the messages as forwards, those at these positions, and the others as ever, and answers for all in their order.
-- store_placed calls it.
create or replace function millrace.store_apart(messages jsonb, forwarded bigint[], owner text) returns json
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  staying jsonb;
  leaving jsonb;
  stored json;
  stored_to_leave json;
begin
  select coalesce(jsonb_agg(m.message order by m.position) filter (where m.position <> all (forwarded)), '[]'),
    coalesce(jsonb_agg(m.message order by m.position) filter (where m.position = any (forwarded)), '[]')
  into staying, leaving
  from jsonb_array_elements(messages) with ordinality as m(message, position);
  perform millrace.lock_new_groups(staying);
  stored := millrace.store_messages(staying);
  stored_to_leave := millrace.store_forwards(leaving, owner);
  return (
    select json_agg(
      case
        when m.position = any (forwarded) then stored_to_leave -> (m.rank - 1)::integer else stored -> (m.rank - 1)::integer
      end
      order by m.position
    )
    from (
      select p.position, row_number() over (partition by p.position = any (forwarded) order by p.position) as rank
      from generate_series(1, jsonb_array_length(messages)) as p(position)
    ) as m
  );
end
$$;
