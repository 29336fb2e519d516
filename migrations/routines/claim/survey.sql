-- Tells which of the given queues have something to claim, and where: the first call of a drain, and the only one of a
-- tick that finds nothing to do. The consumer calls it. Idle and paused queues are left out of the answer, and
-- schedules too unless they are due or have yet to start. "fresh" says that there are deliveries for claim, "suspects"
-- that there are some for claim_suspects, "waitingSince" for how long the oldest of them has been due, and "cursor" is for
-- the first claim of the drain. "kibEach" is the size of the first fresh messages on average, in whole KiB.
-- "since" of the answer is for the next survey of the same drain: nothing can have become claimable before that instant
-- since this one looked. Finished rows that vacuum cannot remove yet, because of somebody's old snapshot, are then
-- walked once and not by every survey.
create or replace function millrace.survey(queues text[], since timestamptz default '-infinity') returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- A custom plan for the values of this call would come out the same, and cost its planning at every tick.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  -- Whether nobody is writing at this moment: every transaction that has written holds a lock on its own id. One that
  -- began long ago may yet commit rows that stand before everything seen here. The question is a statement of its own
  -- before the survey, whose snapshot then includes whoever has finished by now.
  is_quiet constant boolean := not exists (select from pg_locks l where l.locktype = 'transactionid');
  seen record;
  -- When the oldest live delivery was due.
  oldest timestamptz;
  works json := '[]';
begin
  -- Most queues have nothing at most times, which one look each tells for all levels: with many queues, looking at nine levels of
  -- each would be most of what a short drain costs. The first look of a drain and later ones are statements of their own, since
  -- a session seldom has both, and what it does not run it need not plan; so are all that follow.
  for look in 1..2 loop
    if since = '-infinity' then
      select coalesce(
          bool_or(
            num_nonnulls(q.regroup_after, q.regroup_horizon) > 0
            or exists (select from millrace.disturbed_group m where m.queue_id = q.id)
            or q.is_fair and exists (select from millrace.paused_key k where k.queue_id = q.id and k.resumed_at is not null)
          ),
          false
        ) as are_disturbed,
        array_agg(q.id) filter (where kinds.deliveries or kinds.parcels) as busy,
        bool_or(kinds.deliveries) as have_deliveries, bool_or(kinds.parcels) as have_parcels
      into seen
      from millrace.queue q
      cross join lateral (
        select
          -- From the end, where what is live stands behind finished rows, which the first look would walk twice otherwise.
          (
            select true
            from millrace.delivery d
            where d.queue_id = q.id
            order by d.priority desc, d.available_at desc, d.sequence desc
            limit 1
          ) as deliveries,
          (
            select true
            from millrace.parcel p
            where p.queue_id = q.id
            order by p.priority desc, p.available_at desc, p.sequence desc
            limit 1
          ) as parcels
        offset 0
      ) as kinds
      where q.name = any (queues) and not q.is_paused;
    else
      select coalesce(
          bool_or(
            num_nonnulls(q.regroup_after, q.regroup_horizon) > 0
            or exists (select from millrace.disturbed_group m where m.queue_id = q.id)
            or q.is_fair and exists (select from millrace.paused_key k where k.queue_id = q.id and k.resumed_at is not null)
          ),
          false
        ) as are_disturbed,
        array_agg(q.id) filter (where kinds.deliveries or kinds.parcels) as busy,
        bool_or(kinds.deliveries) as have_deliveries, bool_or(kinds.parcels) as have_parcels
      into seen
      from millrace.queue q
      cross join lateral (
        select
          -- No finished row from before is walked. The levels stand here as a list, since the index has them before the time.
          exists (
            select from millrace.delivery d
            where d.queue_id = q.id
              and d.priority = any ('{1,2,3,4,5,6,7,8,9}')
              -- Turns are before all times.
              and d.available_at between case when q.is_fair then '-infinity' else since end and millrace.looked_ahead_to(q)
          ) as deliveries,
          exists (
            select from millrace.parcel p
            where p.queue_id = q.id and p.priority = any ('{1,2,3,4,5,6,7,8,9}') and p.available_at >= since
          ) as parcels
        offset 0
      ) as kinds
      where q.name = any (queues) and not q.is_paused;
    end if;
    exit when look = 2 or not seen.are_disturbed;

    -- What could not go on at once, because somebody had hold of its group, is looked at again before the question whether
    -- anything is left.
    perform millrace.restart_disturbed_groups(q.id)
    from millrace.queue q
    where q.name = any (queues)
      and not q.is_paused
      and exists (select from millrace.disturbed_group m where m.queue_id = q.id);

    perform millrace.regroup(q.id)
    from millrace.queue q
    where q.name = any (queues) and not q.is_paused and num_nonnulls(q.regroup_after, q.regroup_horizon) > 0;

    -- What was held back and locked when its key was resumed is in no line for which a claim would come.
    perform millrace.seat_resumed(q.id)
    from millrace.queue q
    where q.name = any (queues) and not q.is_paused and q.is_fair
      and exists (select from millrace.paused_key k where k.queue_id = q.id and k.resumed_at is not null);
  end loop;

  if seen.busy is not null then
    select min(work.oldest),
      coalesce(
        json_agg(
          json_build_object(
            'queue', work.name, 'fresh', work.fresh, 'suspects', work.suspects, 'waitingSince', work.waiting_since,
            'cursor', work.cursor, 'kibEach', work.kib / nullif(work.count, 0)
          )
        ) filter (where work.fresh is not null),
        '[]'
      )
    into oldest, works
    from (
      select q.name, min(least(due.oldest, due.oldest_parcel)) filter (where not q.is_fair) as oldest,
        bool_or(coalesce(due.fresh, false) or due.fresh_at is not null)
          filter (where due.fresh is not null or due.fresh_at is not null or due.lost_since is not null) as fresh,
        bool_or(coalesce(due.suspects, false) or due.lost_since is not null) as suspects,
        min(least(due.waiting_since, due.fresh_at, due.lost_since)) as waiting_since,
        sum(coalesce(due.delivery_kib, 0) + coalesce(due.parcel_kib, 0))::bigint as kib,
        sum(coalesce(due.delivery_count, 0) + coalesce(due.parcel_count, 0))::bigint as count,
        coalesce(
          json_agg(
            millrace.cursor_level(
              due.level::smallint, coalesce(due.available_at, '-infinity'), coalesce(due.sequence, 0),
              coalesce(due.fresh_at, since), 0
            )
            order by due.level
          ) filter (where due.fresh is not null or due.fresh_at is not null),
          '[]'
        ) as cursor
      from millrace.queue q
      -- In routines of their own, which a session plans when it first finds something of the kind. They are not called for null.
      cross join lateral (
        select level, d.oldest, d.fresh, d.suspects, d.waiting_since, d.available_at, d.sequence,
          d.fresh_count as delivery_count, d.fresh_kib as delivery_kib, p.oldest as oldest_parcel, p.fresh_at,
          p.fresh_count as parcel_count, p.fresh_kib as parcel_kib, p.lost_since
        from millrace.due_deliveries(
          case when seen.have_deliveries then q.id end, case when q.is_fair then '-infinity' else since end,
          millrace.looked_ahead_to(q)
        ) as d
        full join millrace.due_parcels(case when seen.have_parcels then q.id end, since) as p using (level)
      ) as due
      where q.id = any (seen.busy)
      group by q.name
    ) as work;
  end if;

  return json_build_object(
    'maintenanceDue', (select s.maintained_at < statement_timestamp() - interval '1 hour' from millrace.setting s),
    'chordsOpen', exists (select from millrace.chord c where c.ended_at is null),
    'queues', works,
    'since', case
      -- A live row keeps its place in the index until it ends or waits for a retry, and others come in at the time of
      -- their statement or later: no row can appear before the oldest live one. The five seconds are for a statement
      -- that has begun and has not written yet, so that it holds no transaction id.
      when is_quiet then greatest(since, least(oldest, statement_timestamp() - interval '5 seconds'))
      else since
    end,
    'now', statement_timestamp(),
    'schedules', (
      select coalesce(json_agg(json_build_object(
        'name', s.name, 'rule', s.rule, 'timeZone', s.time_zone, 'nextDueAt', s.next_due_at
      )), '[]')
      from millrace.schedule s
      where s.is_declared
        and not s.is_paused
        and (s.next_due_at is null or s.next_due_at <= statement_timestamp())
    )
  );
end
$$;

comment on function millrace.survey is
  'Tells a consumer which of the queues have something to claim, and where to begin. since: "since" of this drain''s '
  'survey before, or -infinity. Answers {"maintenanceDue", "chordsOpen", "queues": [{queue, fresh, suspects, waitingSince, cursor, '
  'kibEach}], "since", "now", "schedules": [{name, rule, timeZone, nextDueAt}]}; idle and paused queues are left out.';
grant execute on function millrace.survey to millrace_consumer;
