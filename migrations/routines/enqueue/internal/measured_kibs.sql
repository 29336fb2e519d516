-- The size of each of several payloads, as message_kib counts it; null when one of them is not fit to be stored. store_alike
-- asks for logins that are not believed.
create or replace function millrace.measured_kibs(payloads jsonb) returns smallint[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
declare
  -- As is_rounded asks of each payload; asked of all at once, it takes half the time.
  has_large_number constant boolean := coalesce(
    payloads @@ 'lax $.**{last} > 9007199254740991 || $.**{last} < -9007199254740991', false
  );
begin
  return (
    select case
      when bool_and(
        m.bytes <= 262144
          and not millrace.is_too_deep(m.payload)
          and not (has_large_number and millrace.is_rounded(m.payload))
      )
        then array_agg(millrace.message_kib(m.bytes, null) order by m.position)
    end
    from (
      select e.position, e.payload, millrace.payload_bytes(e.payload) as bytes
      from jsonb_array_elements(payloads) with ordinality as e(payload, position)
      -- Keeps the planner from measuring a payload once for each use.
      offset 0
    ) as m
  );
end
$$;
