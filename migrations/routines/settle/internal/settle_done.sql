-- Ends deliveries that simply succeeded: done is [{token, ids, ms, relayed}], ms being the run times of their
-- handlers in milliseconds. The common case in one statement: the deliveries go, their attempts are logged, many in a row. Answers how
-- many were held under their token, and of those in a group the group and the sequence, two arrays of equal length for
-- unblock_next_members. settle calls it.
create or replace function millrace.settle_done(
  in_queue smallint, done jsonb, has_parcels boolean, out settled bigint, out group_keys text[], out sequences bigint[]
)
language plpgsql
set search_path = pg_catalog, pg_temp
-- A custom plan for the values of this call would come out the same, and making it would take a fifth of the whole
-- time.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings. Hash joins are wanted: what
-- is joined are the lists of one call.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
set jit = off
as $$
declare
  in_parcels bigint := 0;
  singles jsonb := done;
begin
  if has_parcels then
    select p.settled, p.rest into in_parcels, singles from millrace.settle_parcels(in_queue, done) as p;
    settled := in_parcels;
    if singles is null then
      return;
    end if;
  end if;

  with gone as (
    delete from millrace.delivery d
    using jsonb_to_recordset(singles) as c(token uuid, ids uuid[])
    -- One walk along the primary key for each claim: a search for each id would touch three times as many pages. Only the primary
    -- key can serve this, and only from the batch to the table: an "any" over an array is no equality that a hash or merge join
    -- could use, so that others, who join single ids, write "any (array[id])". And "+ 0" hides queue_id from the indexes in
    -- claim and in group order, which begin with it. Written plainly, a plan made while the table was empty, when every way to
    -- read it was as cheap, could walk a whole queue for each id as long as its session lives.
    where d.message_id = any (c.ids)
      and d.queue_id + 0 = in_queue
      and d.lease_token = c.token
      -- A released delivery keeps its last token, without a lease.
      and d.lease_expires_at is not null
    returning d.message_id, d.lease_token, d.attempt, d.group_key, d.sequence
  ),
  given as materialized (
    -- Each claim once, should the same result be there twice.
    select c.token, r.id, min(r.ms) as ms
    from jsonb_to_recordset(singles) as c(token uuid, ids uuid[], ms real[])
    cross join lateral unnest(c.ids, c.ms) as r(id, ms)
    group by c.token, r.id
  ),
  finished as materialized (
    select g.*, d.ms from gone g join given d on d.token = g.lease_token and d.id = g.message_id
  ),
  -- Those of one span, which a row of done_attempts needs.
  together as (
    select f.lease_token, f.attempt, array_agg(f.message_id) as ids, array_agg(f.ms) as ms
    from finished f
    group by f.lease_token, f.attempt, millrace.span_start(f.message_id)
  ),
  logged as (
    insert into millrace.done_attempts (first_id, lease_token, queue_id, attempt, message_ids, run_ms)
    select t.ids[piece.first], t.lease_token, in_queue,
      case
        when t.lease_token in (
          select c.token from jsonb_to_recordset(singles) as c(token uuid, relayed boolean) where c.relayed
        ) then 0
        else t.attempt
      end,
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
