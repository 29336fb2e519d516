-- Cancels up to so many deliveries of a queue that nobody is processing, or whose lease ran out, those that would be claimed next
-- first, and lets their groups and keys go on. Answers how many. purge calls it.
create or replace function millrace.cancel_first(in_queue smallint, most integer) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  groups text[];
  keys text[];
  cancelled integer;
begin
  -- As many as this step could take at most. They stand before or between the single ones.
  perform millrace.part_queue(in_queue, most);
  with waiting as (
    select d.ctid as place
    from millrace.delivery d
    where d.queue_id = in_queue
      and (d.lease_expires_at is null or d.lease_expires_at <= statement_timestamp())
    order by d.priority, d.available_at, d.sequence
    limit most
    -- Read again under the lock, since a consumer may have claimed it after the search saw it. What somebody else has
    -- hold of is passed over, and does not keep the others waiting.
    for update skip locked
  ),
  gone as (
    delete from millrace.delivery d using waiting w where d.ctid = w.place returning d as delivery
  ),
  logged as (
    insert into millrace.attempt
    select a.* from gone g cross join lateral millrace.cancelled_attempts(g.delivery) as a
  )
  select count(*), array_agg(distinct (g.delivery).group_key) filter (where (g.delivery).group_key is not null),
    array_agg(distinct (g.delivery).fairness_key) filter (where (g.delivery).fairness_key is not null)
  into cancelled, groups, keys
  from gone g;
  if groups is not null then
    perform millrace.restart_groups(in_queue, groups);
  end if;
  if keys is not null then
    perform millrace.seat_next(q, keys)
    from millrace.queue q
    where q.id = in_queue and num_nonnulls(q.max_in_flight_per_key, q.rate_per_key_starts) > 0;
  end if;
  return cancelled;
end
$$;
