-- Makes dead letters of copies whose receipts are locked, and ends these under the token; errors is {id: error}. receive and
-- bury_received call it.
create or replace function millrace.bury_received_copies(
  in_queue smallint, copies jsonb, token uuid, errors jsonb
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in settle_done: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  letters millrace.received[];
begin
  with copy as materialized (
    select distinct on (c.id) c.id, c.position, c.round, errors -> c.id::text as error, m.copy #>> '{message,type}' as type,
      m.copy #>> '{message,groupKey}' as group_key
    from millrace.copies_of(copies) as c
    cross join lateral (values (copies -> (c.position - 1)::integer)) as m(copy)
    where errors ? c.id::text
    order by c.id, c.round desc
  ),
  gone as (
    update millrace.receipt r
    set round = c.round, outcome = 'dead', lease_token = bury_received_copies.token, lease_expires_at = null, due_at = null,
      ended_at = statement_timestamp(), kept_until = current_date + 30
    from copy c
    cross join lateral (
      select k.ctid as place
      from millrace.receipt k
      -- Served by the primary key alone; settle_done explains this form, and hold_receipts what is behind it.
      where k.message_id = any (array[c.id]) and k.queue_id + 0 = in_queue
      offset 0
    ) as k
    where r.ctid = k.place
    returning r.message_id, r.attempts, c.position, c.type, c.group_key, c.error
  )
  select array_agg(
    (g.position, g.message_id, g.type, g.group_key, null, g.attempts, 'dead', null, g.error, null, null, false)::millrace.received
  )
  into letters
  from gone g;
  perform millrace.store_letters(in_queue, letters, copies);
end
$$;
