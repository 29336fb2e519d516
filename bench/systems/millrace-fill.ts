// Backlogs in plain SQL: what as many enqueues would have stored.
import type { Backlog } from '../system.ts';

const fill = (availableAt: string, groupKey: string) => `
  with input as materialized (
    select millrace.uuid_v7() as id, n from generate_series(1, $1::integer) as n
  ),
  stored as (
    insert into millrace.message (id, type, payload)
    select id, 'bench.message_0', $2::jsonb from input order by n
  )
  insert into millrace.delivery (message_id, queue_id, available_at, group_key, kib)
  select id, (select q.id from millrace.queue q where q.name = 'bench_0'), ${availableAt}, ${groupKey}, 1
  from input
  order by n`;

export const millraceFill: Readonly<Record<Backlog, string>> = {
  ready: fill('statement_timestamp()', 'null'),
  delayed: fill(`statement_timestamp() + interval '1 day'`, 'null'),
  blocked: fill(`case when n > 1 then 'infinity' else statement_timestamp() end`, `'one group'`),
};
