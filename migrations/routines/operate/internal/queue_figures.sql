-- The figures of one queue, as figures answers them. Each count stops at 10,000, so that the answer costs the same at any depth.
create or replace function millrace.queue_figures(in_queue smallint, queue_name text, since timestamptz) returns json
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  cap constant integer := 10000;
  due record;
  oldest timestamptz;
  scheduled integer;
  blocked integer;
  dead integer;
begin
  with single as (
    select count(*) as rows, count(*) filter (where first.is_held) as processing
    from (
      select d.is_held
      from generate_series(1, 9) as level
      cross join lateral (
        -- What is held by a lease that ran out is pending again, see delivery_status.
        select coalesce(d.lease_expires_at > statement_timestamp(), false) as is_held
        from millrace.delivery d
        where d.queue_id = in_queue and d.priority = level and d.available_at between since and statement_timestamp()
        order by d.available_at
        limit cap
      ) as d
      limit cap
    ) as first
  ),
  parcel as (
    select sum(p.members) as members, sum(p.processing) as processing
    from generate_series(1, 9) as level
    cross join lateral millrace.parcel_counts(in_queue, level, cap, since) as p
  )
  select least(cap, s.rows + p.members) as rows, least(cap, s.processing + p.processing) as processing
  into due
  from single s, parcel p;

  -- On each level behind what is held, which is no more than handlers run.
  select min(first.due_since)
  into oldest
  from generate_series(1, 9) as level
  cross join lateral (
    (
      select millrace.due_since(d.available_at, d.due_at) as due_since
      from millrace.delivery d
      where d.queue_id = in_queue and d.priority = level and d.available_at between since and statement_timestamp()
        and (d.lease_expires_at is null or d.lease_expires_at <= statement_timestamp())
      order by d.available_at
      limit 1
    )
    union all
    (
      select p.available_at
      from millrace.parcel p
      where p.queue_id = in_queue and p.priority = level and p.available_at >= since
        and (p.lease_token is null or p.lease_expires_at <= statement_timestamp())
      order by p.available_at
      limit 1
    )
  ) as first;

  select count(*) into scheduled
  from (
    select from generate_series(1, 9) as level
    cross join lateral (
      select from millrace.delivery d
      where d.queue_id = in_queue and d.priority = level
        and d.available_at > statement_timestamp() and d.available_at < millrace.held_back_from()
      limit cap
    ) as d
    limit cap
  ) as first;

  select count(*) into blocked
  from (
    select from generate_series(1, 9) as level
    cross join lateral (
      select from millrace.delivery d
      where d.queue_id = in_queue and d.priority = level and d.available_at >= millrace.held_back_from()
      limit cap
    ) as d
    limit cap
  ) as first;

  select count(*) into dead
  from (select from millrace.dead_letter l where l.queue_id = in_queue limit cap) as l;

  return json_build_object(
    'queue', queue_name, 'pending', due.rows - due.processing, 'processing', due.processing, 'scheduled', scheduled,
    'blocked', blocked, 'dead', dead,
    'oldestWaitingSeconds', greatest(0, coalesce(extract(epoch from statement_timestamp() - oldest), 0))
  );
end
$$;
