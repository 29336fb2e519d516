-- Ends the leases of settled results in a queue with an in-flight limit, and gives back the starts of what was
-- released unstarted in one with a rate limit.
create or replace function millrace.give_back_places(lane millrace.queue, results jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  with given_back as (
    delete from millrace.in_flight f
    using jsonb_to_recordset(results) as r(id uuid, token uuid)
    where f.queue_id = lane.id and f.message_id = r.id and f.lease_token = r.token
  )
  update millrace.rate r
  set saved = r.saved + (
    select count(*) from jsonb_to_recordset(results) as u(outcome text) where u.outcome = 'release'
  )
  where r.queue_id = lane.id and results @? '$[*] ? (@.outcome == "release")';
end
$$;

revoke execute on function millrace.give_back_places from public;
