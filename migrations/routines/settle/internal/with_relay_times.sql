-- done as settle takes it, with other run times for what was relayed: not how long a handler ran, as none did, but how long it
-- is since the delivery was due. So its attempt begins before anything that became of it in SQS, where it may have ended before
-- the relay could tell that it had been sent, and after the end before, if it was sent round again. settle calls it.
create or replace function millrace.with_relay_times(in_queue smallint, done jsonb) returns jsonb
language sql volatile
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
set jit = off
as $$
  select jsonb_agg(
    case when c.relayed then e.entry || jsonb_build_object('ms', w.ms::text) else e.entry end
    order by e.position
  )
  from jsonb_array_elements(done) with ordinality as e(entry, position)
  cross join lateral jsonb_to_record(e.entry) as c(token uuid, ids uuid[], relayed boolean)
  left join lateral (
    -- Rounded down: a real has seven digits, and it must not begin before it was due.
    select array_agg(
      (0.9999998 * 1000 * extract(epoch from statement_timestamp() - h.available_at))::real order by i.position
    ) as ms
    from unnest(c.ids) with ordinality as i(id, position)
    left join (
      -- Served by the primary key alone; settle_done explains this form.
      select d.message_id as id, d.available_at
      from millrace.delivery d
      where d.message_id = any (c.ids) and d.queue_id + 0 = in_queue and d.lease_token = c.token
      union all
      select m.id, coalesce(m.available_at, p.available_at)
      from millrace.parcel p
      cross join lateral unnest(p.message_ids, p.available_ats) as m(id, available_at)
      where p.lease_token = c.token and p.queue_id + 0 = in_queue
    ) as h on h.id = i.id
  ) as w on c.relayed
$$;
