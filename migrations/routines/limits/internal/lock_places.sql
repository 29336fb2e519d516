-- How many of the wanted deliveries a queue's limits let start now; all of them when it has none. Under a limit, claims
-- take turns from here to their commit, so that nobody else is given what this one counts. claim_limited and
-- claim_suspects call it.
create or replace function millrace.lock_places(queue_row millrace.queue, wanted integer) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if wanted = 0 or (queue_row.max_in_flight is null and queue_row.rate_starts is null) then
    return wanted;
  end if;
  -- "for no key update" is enough for taking turns. "for update" would also wait for every insert that refers to the
  -- queue by its foreign key.
  perform from millrace.queue q where q.id = queue_row.id for no key update;
  -- After the limit was lowered there may be fewer than zero places.
  return greatest(0, least(wanted, millrace.free_places(queue_row), floor(millrace.saved_starts(queue_row))));
end
$$;
