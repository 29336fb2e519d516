-- The first call of a drain, and the only one of an idle tick: which of the given queues have work, and where.
-- Answers {"maintenanceDue", "queues": [{queue, fresh, suspects, cursor}], "since", "now", "schedules": [{name, rule,
-- timeZone, nextDueAt}]}: idle and paused queues left out, schedules only when due or yet to start. The cursor is for the
-- first claim of a drain.
-- Pass since to the next survey of the same drain: nothing can have become claimable before that time since, so what is
-- finished and cannot be vacuumed yet is walked once, not by every survey.
-- Priorities are probed one by one along the index, so that a level full of delayed rows costs one look.
create or replace function millrace.survey(queues text[], since timestamptz default '-infinity') returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  -- Whoever is writing may have begun long ago, and what it commits may stand before all that is seen here. Asked in
  -- a statement before the look: who has finished by then is seen by it.
  is_quiet constant boolean := not exists (select from pg_locks l where l.locktype = 'transactionid');
  answer json;
begin
  select json_build_object(
    'maintenanceDue', (select s.maintained_at < statement_timestamp() - interval '1 hour' from millrace.setting s),
    'queues', coalesce(
      json_agg(
        json_build_object('queue', work.name, 'fresh', work.fresh, 'suspects', work.suspects, 'cursor', work.cursor)
      ) filter (where work.fresh is not null),
      '[]'
    ),
    'since', case
      -- Live rows stay where they are until they end; others come in at the time of their statement or later. The
      -- seconds are for a statement that has begun and not yet written.
      when is_quiet then greatest(since, least(min(work.oldest), statement_timestamp() - interval '5 seconds'))
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
  )
  into answer
  from (
    select q.name, min(oldest.available_at) as oldest, bool_or(seen.fresh) as fresh, bool_or(seen.suspects) as suspects,
      json_agg(
        millrace.cursor_level(level::smallint, coalesce(seen.available_at, '-infinity'), coalesce(seen.sequence, 0))
        order by level
      ) filter (where seen.fresh is not null) as cursor
    from millrace.queue q
    cross join generate_series(1, 9) as level
    cross join lateral (
      -- Whoever holds it. A walk of what is finished ends here.
      select d.available_at
      from millrace.delivery d
      where d.queue_id = q.id
        and d.priority = level
        and d.available_at between since and statement_timestamp()
      order by d.available_at
      limit 1
    ) as oldest
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
          and d.available_at between oldest.available_at and statement_timestamp()
          and (d.lease_expires_at is null or d.lease_expires_at <= statement_timestamp())
        order by d.available_at, d.sequence
        limit 200
      ) as first
    ) as seen
    where q.name = any (queues) and not q.is_paused
    group by q.name
  ) as work;
  return answer;
end
$$;

revoke execute on function millrace.survey from public;
grant execute on function millrace.survey to millrace_consumer;
