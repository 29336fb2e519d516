-- A short text that changes whenever something does that status shows of a message's deliveries; null when no such message is
-- kept. Who waits for a change asks for this, which reads no payload, no error and no result. Time alone changes statuses, too:
-- a delay ends, a lease runs out.
create or replace function millrace.revision(id uuid) returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
  select to_hex(
    hashtextextended(
      concat(
        -- Attempts are only ever added.
        (select concat(count(*), ' ', extract(epoch from max(a.finished_at))) from millrace.attempts_of(m.id) as a),
        (
          select string_agg(
            concat_ws(
              ' ', s.queue, s.status, extract(epoch from s.available_at), extract(epoch from s.finished_at),
              millrace.steps_mark(m.id, s.queue)
            ),
            ',' order by s.queue
          )
          from millrace.deliveries_of(m.id) as s
        ),
        (
          select string_agg(concat_ws(' ', d.queue_id, d.progress ->> 'at'), ',' order by d.queue_id)
          from millrace.delivery d
          where d.message_id = m.id and d.progress is not null
        )
      ),
      0
    )
  )
  from millrace.message m
  where m.id = revision.id
$$;

comment on function millrace.revision is
  'Answers a short text that changes whenever something does that status shows of a message''s deliveries, progress and steps included; null '
  'when no such message is kept. Cheap: it reads no payload. status has it as revision.';
grant execute on function millrace.revision to millrace_operator, millrace_consumer;
