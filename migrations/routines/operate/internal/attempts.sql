-- The last hundred finished attempts of one delivery, oldest first: [{attempt, outcome, startedAt, finishedAt, error}].
-- There is no end to the attempts of one that snoozes, and each may have an error of kilobytes. status shows them.
create or replace function millrace.attempts(message_id uuid, queue text) returns json
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(
    json_agg(
      json_build_object(
        'attempt', a.attempt,
        'outcome', a.outcome,
        'startedAt', a.started_at,
        'finishedAt', a.finished_at,
        'error', a.error
      )
      order by a.moment
    ),
    '[]'
  )
  from (
    -- One that was relayed stands before what became of it in SQS, although that may have ended sooner.
    select a.*, case a.outcome when 'relayed' then a.started_at else a.finished_at end as moment
    from millrace.attempts_of(attempts.message_id) as a
    join millrace.queue q on q.id = a.queue_id
    where q.name = attempts.queue
    order by moment desc
    limit 100
  ) as a
$$;
