-- The fairness keys of what is leased under the claims that a settle was given, as far as their limits change when these end: under a
-- rate alone they do with what gives its start back, and with a suspect that waits for the next one, whose holder comes late. settle
-- asks before it ends them.
create or replace function millrace.keys_held(queue_row millrace.queue, results jsonb, done jsonb) returns text[]
language sql volatile
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
as $$
  select array(
    select distinct d.fairness_key
    from millrace.delivery d
    -- Served by the primary key alone; settle_done explains this form.
    where d.message_id = any (array(select c.id from millrace.claims_to_settle(results, done) as c))
      and d.queue_id + 0 = queue_row.id
      and d.fairness_key is not null
      and d.lease_expires_at is not null
      and (
        queue_row.max_in_flight_per_key is not null
        or d.available_at >= millrace.turns_end()
        or d.message_id = any (
          array(select (r ->> 'id')::uuid from jsonb_array_elements(results) as r where r ->> 'outcome' in ('release', 'unknown'))
        )
      )
  )
$$;
