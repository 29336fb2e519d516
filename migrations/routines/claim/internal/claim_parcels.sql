-- The claim of parcels: leases those that come before a place in the claim order, or all when it is null, and answers their members
-- as claim does. claim calls it.
create or replace function millrace.claim_parcels(
  queue_row millrace.queue, token uuid, max_count integer, cursor json, with_messages boolean, in_runs boolean,
  before_priority smallint, before_at timestamptz
) returns millrace.claimed
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  leased record;
  answer millrace.claimed;
begin
  leased := millrace.lease_parcels(queue_row, token, max_count, cursor, before_priority, before_at);
  if leased.counts is not null then
    answer := millrace.held_parcels(
      queue_row.id, token, leased.counts, leased.available_ats, with_messages, in_runs
    );
    answer.has_more := leased.is_cut;
    answer.kib := least(leased.kib, millrace.most_claim_kib());
  end if;
  answer.cursor := leased.cursor;
  return answer;
end
$$;
