-- Ends deliveries that simply succeeded: done is [{token, ids, ms}], ms being the run times of their handlers in
-- milliseconds. The common case in one statement: the deliveries go, their attempts are logged, many in a row. Answers how
-- many were held under their token, and of those in a group the group and the sequence, two arrays of equal length for
-- unblock_next_members. settle calls it.
create or replace function millrace.settle_done(
  in_queue smallint, done jsonb, out settled bigint, out group_keys text[], out sequences bigint[]
)
language plpgsql
set search_path = pg_catalog, pg_temp
-- A custom plan for the values of this call would come out the same, and making it would take a fifth of the whole
-- time.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  in_parcels bigint;
  singles jsonb;
begin
  select p.settled, p.rest into in_parcels, singles from millrace.settle_parcels(in_queue, done) as p;
  settled := in_parcels;
  if singles is null then
    return;
  end if;

  with finished as (
    delete from millrace.delivery d
    using jsonb_to_recordset(singles) as c(token uuid, ids uuid[], ms double precision[])
    cross join lateral unnest(c.ids, c.ms) as r(id, ms)
    -- Only the primary key can serve this, and only from the batch to the table. An "any" over an array is no equality
    -- that a hash or merge join could use, which leaves one index look-up for each id; and "+ 0" hides queue_id from
    -- the indexes in claim and in group order, which begin with it. Written plainly, a plan made while the table was
    -- empty, when every way to read it was as cheap, could walk a whole queue for each id as long as its session lives.
    where d.message_id = any (array[r.id])
      and d.queue_id + 0 = in_queue
      and d.lease_token = c.token
      -- A released delivery keeps its last token, without a lease.
      and d.lease_expires_at is not null
    returning d.message_id, d.lease_token, d.attempt, d.group_key, d.sequence, r.ms
  ),
  -- Those of one span, which a row of done_attempts needs.
  together as (
    select f.lease_token, f.attempt, array_agg(f.message_id) as ids, array_agg(f.ms::real) as ms
    from finished f
    group by f.lease_token, f.attempt, millrace.span_start(f.message_id)
  ),
  logged as (
    insert into millrace.done_attempts (first_id, lease_token, queue_id, attempt, message_ids, run_ms)
    select t.ids[piece.first], t.lease_token, in_queue, t.attempt,
      t.ids[piece.first : piece.first + 99], t.ms[piece.first : piece.first + 99]
    from together t
    cross join lateral generate_series(1, cardinality(t.ids), 100) as piece(first)
  )
  select in_parcels + count(*),
    array_agg(f.group_key) filter (where f.group_key is not null),
    array_agg(f.sequence) filter (where f.group_key is not null)
  into settled, group_keys, sequences
  from finished f;
end
$$;
