-- Lets everything that is held back go where a deployment has made queues that know no keys of fair ones. All at once, since nobody
-- would go on with it: what claims of such a queue do not pay for, the deployment does. sync calls it.
create or replace function millrace.forget_paused_keys() returns void
language sql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
  with forgotten as materialized (
    delete from millrace.paused_key p
    using millrace.queue q
    where q.id = p.queue_id and not q.is_fair
    returning p.queue_id, p.fairness_key
  )
  update millrace.delivery d
  set available_at = d.due_at
  from forgotten f
  where d.queue_id = f.queue_id
    and d.fairness_key is not null
    and d.fairness_key = f.fairness_key
    and d.available_at >= millrace.paused_from()
    and d.available_at < 'infinity'
$$;
