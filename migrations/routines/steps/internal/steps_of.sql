-- What is recorded of a delivery's steps, as people may see it: {steps: [{name, kind, version, startedAt, finishedAt, dueAt, bytes, result}],
-- events: [{name, sentAt}]}. Steps come in their order; events are those of the message that no step of the delivery has waited for so far,
-- the first one sent first. Either is null where there are none, and the whole where no handler of the queue works in steps. status shows it.
create or replace function millrace.steps_of(message_id uuid, queue text, redacted text[]) returns json
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- A plan for this id would come out the same; kept, it opens the partition of the id alone.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  -- An answer of the HTTP API has at most 6 MB, and 250 results of 16 KiB would be two thirds of it.
  most_bytes constant integer := 65536;
  in_queue smallint;
begin
  -- Whose handlers do not work in steps pays for this look alone.
  select q.id into in_queue from millrace.queue q where q.name = steps_of.queue and q.has_steps;
  if not found then
    return null;
  end if;
  return json_build_object(
    'events', (
      select json_agg(json_build_object('name', e.name, 'sentAt', e.sent_at) order by e.sent_at, e.name)
      from millrace.event e
      where e.message_id = steps_of.message_id
        and not exists (
          select from millrace.step s
          where s.message_id = steps_of.message_id and s.queue_id = in_queue and s.kind = 'event' and s.name = e.name
        )
    ),
    'steps', (
      select json_agg(
        json_build_object(
          'name', s.name,
          'kind', s.kind,
          'version', s.version,
          'startedAt', s.started_at,
          'finishedAt', s.finished_at,
          'dueAt', s.due_at,
          'bytes', s.bytes,
          'result', case when s.bytes_from_here <= most_bytes then millrace.redacted(s.result::jsonb, steps_of.redacted) end
        )
        order by s.number
      )
      from (
        -- The last ones say where it stands.
        select r.*, sum(r.bytes) over (order by r.number desc) as bytes_from_here
        from (
          select s.*, octet_length(s.result::text) as bytes
          from millrace.step s
          where s.message_id = steps_of.message_id and s.queue_id = in_queue
        ) as r
      ) as s
    )
  );
end
$$;
