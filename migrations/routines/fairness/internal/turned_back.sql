-- A cursor of a fair queue a minute before, for a claim whose answer was lost: what it has taken stands behind that, wherever claims
-- have come meanwhile, or behind its own cursor where that is earlier, as where something was released. claim calls it, when it is
-- repeated.
create or replace function millrace.turned_back(in_queue smallint, start json) returns json
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select json_agg(
    case
      when (r.turn, r.sequence) >= (l."availableAt", l.sequence)
        then millrace.cursor_level(l.priority, l."availableAt", l.sequence, l."parcelAt", l."parcelSequence")
      else millrace.cursor_level(
        l.priority, coalesce(r.turn, '-infinity'), coalesce(r.sequence, 0), l."parcelAt", l."parcelSequence"
      )
    end
    order by l.priority
  )
  from json_to_recordset(start) as l(
    priority smallint, "availableAt" timestamptz, sequence bigint, "parcelAt" timestamptz, "parcelSequence" bigint
  )
  cross join lateral millrace.turn_reached_before(in_queue, l.priority, interval '1 minute') as r
$$;
