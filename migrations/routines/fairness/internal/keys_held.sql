-- The fairness keys of what is leased under the claims that a settle was given. settle asks before it ends them.
create or replace function millrace.keys_held(in_queue smallint, results jsonb, done jsonb) returns text[]
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
      and d.queue_id + 0 = in_queue
      and d.fairness_key is not null
      and d.lease_expires_at is not null
  )
$$;
