-- Ends the leases that count against a queue's in-flight limit, for all claims that a settle was given, and gives back
-- the starts of what no handler was started for (released or unknown) under a rate limit. positions: of the results
-- that were settled now, since a start must not be given back twice. settle calls it.
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
    where r.position = any (positions) and r.result ->> 'outcome' in ('release', 'unknown');
    if released > 0 then
      -- A claim that runs at this moment has read the number of starts already and would overwrite what is given back,
      -- so this waits for its turn; see claim_limited.
      perform from millrace.queue q where q.id = queue_row.id for no key update;
      update millrace.rate r set saved = r.saved + released where r.queue_id = queue_row.id;
    end if;
  end if;
end
$$;
