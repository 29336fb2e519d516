-- A message, where each of its deliveries stands, and the last attempts that were made; null when no such message is
-- kept.
-- Fields that its type redacts are not shown. Operators and the HTTP API call it, and the test kit.
create or replace function millrace.status(id uuid) returns json
language sql stable security definer
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings. A week that begins is
-- such a table before long.
set enable_seqscan = off
as $$
  select json_build_object(
    'id', m.id,
    'type', m.type,
    'payload', millrace.redacted(m.payload::jsonb, coalesce(t.redacted, '{}')),
    'headers', coalesce(m.headers, '{}'),
    'createdAt', m.created_at,
    'groupKey', (m.origin).group_key,
    'causedBy', (m.origin).caused_by,
    'chordId', millrace.chord_of(m.id),
    'status', millrace.message_status(m.id),
    'revision', millrace.revision(m.id),
    'deliveries', coalesce(
      (
        select json_agg(
          json_build_object(
            'queue', s.queue,
            'status', s.status,
            'availableAt', s.available_at,
            'finishedAt', s.finished_at,
            'progress', case s.status when 'processing' then millrace.progress_of(m.id, s.queue) end,
            'result', case s.status
              when 'done' then millrace.redacted(millrace.result_of(m.id, s.queue), coalesce(t.redacted, '{}'))
            end,
            'steps', recorded.of_it -> 'steps',
            'events', recorded.of_it -> 'events',
            'attempts', millrace.attempts(m.id, s.queue)
          )
          order by s.queue
        )
        from millrace.deliveries_of(m.id) as s
        cross join lateral millrace.steps_of(m.id, s.queue, coalesce(t.redacted, '{}')) as recorded(of_it)
      ),
      '[]'
    )
  )
  from millrace.message m
  left join millrace.message_type t on t.name = m.type
  where m.id = status.id
$$;

comment on function millrace.status is
  'Shows a message with its deliveries and their attempts: {id, type, payload, headers, createdAt, groupKey, '
  'causedBy, chordId, status, revision, deliveries: [{queue, status, availableAt, finishedAt, progress: {fraction, note, at}, result, '
  'steps: [{name, kind, version, startedAt, finishedAt, dueAt, bytes, result}], events: [{name, sentAt}], attempts: [{attempt, outcome, startedAt, finishedAt, error}]}]}, '
  'or null when no such message is kept. causedBy is the message whose follow-up it is; revision changes whenever something of the deliveries '
  'does; progress is that of the attempt that is running, result what the handler has returned as its result. Of attempts, the last 100 of each delivery are shown. '
  'steps is null where none were recorded; kind: step, sleep or event; finishedAt: null while it sleeps or waits; dueAt: until when it does so at most; '
  'bytes: the size of its result, null when it gave nothing; result: null where those from it to the last one have over 65,536 bytes together. '
  'events: those of the message that no step of the delivery has waited for so far; null where there are none, or the queue''s handlers do not '
  'work in steps. Fields that the type redacts are hidden.';
grant execute on function millrace.status to millrace_operator, millrace_consumer;
