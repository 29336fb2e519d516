-- Turns the members of parcels into single deliveries that say the same: of the same time and priority, under the same lease.
-- Nobody who looks sees a difference, so whoever has locked the parcels may part them at any time. places: where they lie.
-- members: those that become single deliveries, for a settle that ends all the others; null for all.
create or replace function millrace.part(places tid[], members uuid[] default null) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in settle_done: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set jit = off
as $$
begin
  with parted as (
    delete from millrace.parcel p where p.ctid = any (places) returning p.*
  )
  insert into millrace.delivery (
    message_id, sequence, available_at, lease_expires_at, lease_token, queue_id, priority, attempt, kib
  )
  overriding system value
  select m.id, coalesce(m.sequence, nextval('millrace.delivery_sequence_seq')), coalesce(m.available_at, p.available_at),
    p.lease_expires_at, p.lease_token, p.queue_id, p.priority, (p.lease_token is not null)::integer, m.kib
  from parted p
  cross join lateral unnest(p.message_ids, p.kibs, p.sequences, p.available_ats) with ordinality
    as m(id, kib, sequence, available_at, position)
  where members is null or m.id = any (members)
  -- In the order of claims, since rows get their sequence numbers in it.
  order by p.queue_id, p.priority, p.available_at, p.sequence, m.position;
end
$$;
