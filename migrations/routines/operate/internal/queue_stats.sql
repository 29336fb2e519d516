-- The stats of one queue, as stats answers them. Each count stops at 10,000 a priority level, or 10,000 in all for dead
-- letters, so that the answer costs the same at any depth; "capped" names those that may be higher.
-- What waits in a queue that is not declared waits for code that has it.
-- retrying is how many of those that wait have failed before, or wait out a snooze. It is counted in the same walks, so it may be
-- higher wherever one of them has ended at its cap.
-- oldestPendingSeconds is how long the oldest pending delivery has been due.
create or replace function millrace.queue_stats(queue_row millrace.queue) returns json
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  cap constant integer := 10000;
  due record;
  scheduled record;
  blocked record;
  dead integer;
begin
  select sum(least(cap, single.rows + parcel.members)) as rows,
    sum(least(cap, single.processing + parcel.processing)) as processing,
    sum(single.retrying + parcel.retrying) as retrying,
    min(least(single.oldest, parcel.oldest)) as oldest
  into due
  from generate_series(1, 9) as level
  cross join lateral (
    -- Leased and pending deliveries stand in the same range of the index, the leased ones in front as a rule, and are
    -- counted in one walk.
    select count(*) as rows, count(*) filter (where d.is_held) as processing,
      count(*) filter (where not d.is_held and d.attempt > 0) as retrying,
      min(d.due_since) filter (where not d.is_held) as oldest
    from (
      -- What is held by a lease that ran out is pending again, see delivery_status.
      select coalesce(d.lease_expires_at > statement_timestamp(), false) as is_held, d.attempt,
        millrace.due_since(d.available_at, d.due_at) as due_since
      from millrace.delivery d
      where d.queue_id = queue_row.id and d.priority = level and d.available_at <= statement_timestamp()
      order by d.available_at, d.sequence
      limit cap
    ) as d
  ) as single
  cross join lateral millrace.parcel_counts(queue_row.id, level, cap) as parcel;

  -- A snooze gives its attempt back and leaves its token; see settle_each.
  select count(*) as rows, count(*) filter (where d.attempt > 0 or d.lease_token is not null) as retrying
  into scheduled
  from generate_series(1, 9) as level
  cross join lateral (
    select d.attempt, d.lease_token
    from millrace.delivery d
    where d.queue_id = queue_row.id and d.priority = level
      and d.available_at > statement_timestamp() and d.available_at < millrace.held_back_from()
    limit cap
  ) as d;

  select count(*) as rows, count(*) filter (where d.attempt > 0) as retrying
  into blocked
  from generate_series(1, 9) as level
  cross join lateral (
    select d.attempt
    from millrace.delivery d
    where d.queue_id = queue_row.id and d.priority = level and d.available_at >= millrace.held_back_from()
    limit cap
  ) as d;

  select count(*) into dead
  from (select from millrace.dead_letter l where l.queue_id = queue_row.id limit cap) as l;

  return json_build_object(
    'name', queue_row.name,
    'paused', queue_row.is_paused,
    'declared', queue_row.is_declared,
    'depth', json_build_object(
      'pending', due.rows - due.processing, 'processing', due.processing,
      'scheduled', scheduled.rows, 'blocked', blocked.rows, 'dead', dead
    ),
    'retrying', due.retrying + scheduled.retrying + blocked.retrying,
    'capped', to_json(
      array(
        select c.name
        from (
          values ('pending', due.rows), ('scheduled', scheduled.rows), ('blocked', blocked.rows), ('dead', dead),
            ('retrying', greatest(due.rows, scheduled.rows, blocked.rows))
        ) as c(name, rows)
        where c.rows >= cap
      )
    ),
    'oldestPendingSeconds', greatest(0, extract(epoch from statement_timestamp() - due.oldest)),
    'perMinute', millrace.rates(queue_row.id)
  );
end
$$;
