-- The fairness keys of deliveries that the relay of a fair queue has claimed: {id: key}, of those alone that have one. It asks for them
-- to tell SQS whom each is for.
create or replace function millrace.fairness_keys(queue text, ids uuid[]) returns json
language sql stable security definer
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  select coalesce(json_object_agg(d.message_id, d.fairness_key), '{}')
  from millrace.delivery d
  -- Served by the primary key alone; settle_done explains this form. Deliveries of a fair queue are never in parcels.
  where d.message_id = any (ids)
    and d.queue_id + 0 = (select q.id from millrace.queue q where q.name = fairness_keys.queue)
    -- '' is what those without a key have together.
    and d.fairness_key <> ''
$$;

comment on function millrace.fairness_keys is
  'Answers {id: fairnessKey} for those of the deliveries of a fair queue that have a key. To be asked after the claim.';
grant execute on function millrace.fairness_keys to millrace_consumer;
