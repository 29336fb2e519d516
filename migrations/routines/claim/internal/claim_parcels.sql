-- The claim of parcels: leases them, and answers their members as claim does. has_more says that it ended where there are single
-- deliveries, or a parcel that did not fit. claim calls it.
create or replace function millrace.claim_parcels(
  queue_row millrace.queue, token uuid, max_count integer, cursor json, with_messages boolean default true
) returns millrace.claimed
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  leased record;
  answer millrace.claimed;
begin
  leased := millrace.lease_parcels(queue_row, token, max_count, cursor);
  if leased.members > 0 then
    answer := millrace.held_parcels(queue_row.id, token, with_messages);
    answer.has_more := leased.is_cut
      or millrace.is_single_first(queue_row.id, cursor, 9::smallint, statement_timestamp());
  end if;
  answer.cursor := leased.cursor;
  return answer;
end
$$;
