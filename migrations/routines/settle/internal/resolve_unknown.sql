-- Gives each result with the outcome unknown the outcome that it is to have, with its error and delay, and leaves all
-- others as they are; unknown_outcome decides. settle calls it before anything is settled, when there is such a result.
create or replace function millrace.resolve_unknown(in_queue smallint, results jsonb) returns jsonb
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_agg(
    case r.result ->> 'outcome'
      when 'unknown' then r.result || millrace.unknown_outcome(in_queue, (r.result ->> 'id')::uuid, r.result -> 'error')
      else r.result
    end
    order by r.position
  )
  from jsonb_array_elements(results) with ordinality as r(result, position)
$$;
