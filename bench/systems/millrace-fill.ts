// Backlogs in plain SQL: what as many enqueues would have stored.
import type { Backlog } from '../system.ts';

const stored = `
  input as materialized (
    select millrace.uuid_v7() as id, n from generate_series(1, $1::integer) as n
  ),
  stored as (
    insert into millrace.message (id, type, payload)
    select id, 'bench.message_0', $2::jsonb from input order by n
  )`;

const fill = (availableAt: string, groupKey: string) => `
  with ${stored}
  insert into millrace.delivery (message_id, queue_id, available_at, group_key, kib)
  select id, (select q.id from millrace.queue q where q.name = 'bench_0'), ${availableAt}, ${groupKey}, 1
  from input
  order by n`;

/** As enqueues in batches of 200 store them: what is due, in parcels of up to 100. */
const fillReady = `
  with ${stored},
  batches as (
    -- By id, as an enqueue's own ascend: those made here do not within a millisecond.
    select array_agg(id order by id) as ids, array_agg(1::smallint) as kibs
    from input
    group by (n - 1) / 200, millrace.span_start(id)
  )
  insert into millrace.parcel (queue_id, priority, first_id, message_ids, kibs)
  select (select q.id from millrace.queue q where q.name = 'bench_0'), 5, p.message_ids[1], p.message_ids, p.kibs
  from batches
  cross join lateral millrace.pieces_of(batches.ids, batches.kibs) as p
  order by p.message_ids[1]`;

export const millraceFill: Readonly<Record<Backlog, string>> = {
  ready: fillReady,
  delayed: fill(`statement_timestamp() + interval '1 day'`, 'null'),
  blocked: fill(`case when n > 1 then 'infinity' else statement_timestamp() end`, `'one group'`),
};
