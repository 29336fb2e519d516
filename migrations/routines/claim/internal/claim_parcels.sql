-- The claim of parcels: leases those that come before a place in the claim order, or all when it is null, and answers their members
-- as claim does. claim calls it.
create or replace function millrace.claim_parcels(
  queue_row millrace.queue, token uuid, max_count integer, cursor json, with_messages boolean, before_priority smallint,
  before_at timestamptz
) returns millrace.claimed
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  leased record;
  answer millrace.claimed;
begin
  leased := millrace.lease_parcels(queue_row, token, max_count, cursor, before_priority, before_at);
  if leased.members > 0 then
    answer := millrace.held_parcels(queue_row.id, token, with_messages);
    answer.has_more := leased.is_cut;
  end if;
  answer.cursor := leased.cursor;
  return answer;
end
$$;
