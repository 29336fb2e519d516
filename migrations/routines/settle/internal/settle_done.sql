-- Ends deliveries that simply succeeded: done is [{token, ids, ms}], ms being the run times of their handlers in
-- milliseconds. The common case in one statement: the delivery goes, the attempt is logged. Answers how many were held
-- under their token, and of those in a group the group and the sequence, two arrays of equal length for
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
  logged as (
    insert into millrace.attempt (message_id, lease_token, started_at, outcome, queue_id, attempt)
    select f.message_id, f.lease_token, statement_timestamp() - make_interval(secs => f.ms / 1000),
      'done', in_queue, f.attempt
    from finished f
  )
  select in_parcels + count(*),
    array_agg(f.group_key) filter (where f.group_key is not null),
    array_agg(f.sequence) filter (where f.group_key is not null)
  into settled, group_keys, sequences
  from finished f;
end
$$;
