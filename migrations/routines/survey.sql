-- The first call of a drain, and the only one of an idle tick: which of the given queues have work, and where.
-- Answers {"maintenanceDue", "queues": [{queue, fresh, suspects, cursor}], "now", "schedules": [{name, rule, timeZone,
-- nextDueAt}]}: idle and paused queues left out, schedules only when due or yet to start.
-- The cursor is for the first claim of a drain.
-- Priorities are probed one by one along the index, so that a level full of delayed rows costs one look.
create or replace function millrace.survey(queues text[]) returns json
language sql volatile security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  select json_build_object(
    'maintenanceDue', (select s.maintained_at < statement_timestamp() - interval '1 hour' from millrace.setting s),
    'queues', coalesce(json_agg(json_build_object(
      'queue', work.name, 'fresh', work.fresh, 'suspects', work.suspects, 'cursor', work.cursor
    )), '[]'),
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
  )
  from (
    select q.name, bool_or(seen.fresh) as fresh, bool_or(seen.suspects) as suspects,
      json_agg(
        millrace.cursor_level(level::smallint, coalesce(seen.available_at, '-infinity'), coalesce(seen.sequence, 0))
        order by level
      ) as cursor
    from millrace.queue q
    cross join generate_series(1, 9) as level
    cross join lateral (
      -- Suspects were claimed before what is fresh, so they are found among the first claimable rows.
      select bool_or(first.lease_expires_at is null) or count(*) = 200 as fresh,
        bool_or(first.lease_expires_at is not null) as suspects,
        -- Just before the first fresh one, so that the first claim does not walk what this look has walked.
        (array_agg(first.available_at) filter (where first.lease_expires_at is null))[1] as available_at,
        (array_agg(first.sequence - 1) filter (where first.lease_expires_at is null))[1] as sequence
      from (
        select d.lease_expires_at, d.available_at, d.sequence
        from millrace.delivery d
        where d.queue_id = q.id
          and d.priority = level
          and d.available_at <= statement_timestamp()
          and (d.lease_expires_at is null or d.lease_expires_at <= statement_timestamp())
        order by d.available_at, d.sequence
        limit 200
      ) as first
      having count(*) > 0
    ) as seen
    where q.name = any (queues) and not q.is_paused
    group by q.name
  ) as work
$$;

revoke execute on function millrace.survey from public;
grant execute on function millrace.survey to millrace_consumer;
