-- Ends the leases of settled results in a queue with an in-flight limit, and gives back the starts of what was
-- released unstarted in one with a rate limit. positions: of the results that were settled now.
create or replace function millrace.give_back_places(
  queue_row millrace.queue, results jsonb, done jsonb, positions bigint[]
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  released integer;
begin
  delete from millrace.in_flight f
  using millrace.claims_to_settle(results, done) as c
  where f.queue_id = queue_row.id and f.message_id = c.id and f.lease_token = c.token;

  if queue_row.rate_starts is not null then
    select count(*) into released
    from jsonb_array_elements(results) with ordinality as r(result, position)
    where r.position = any (positions) and r.result ->> 'outcome' = 'release';
    if released > 0 then
      -- A claim at this moment has counted the starts already, and would write over what is given back.
      perform from millrace.queue q where q.id = queue_row.id for no key update;
      update millrace.rate r set saved = r.saved + released where r.queue_id = queue_row.id;
    end if;
  end if;
end
$$;

revoke execute on function millrace.give_back_places from public;
