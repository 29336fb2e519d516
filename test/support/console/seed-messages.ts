// Messages by the hundred thousand, put into the tables by one statement: they look as if they had come in and been handled over the
// last hours, and a part of them had died of a few errors.
import type { OpenConsole } from './open-console.ts';

/**
 * Of each hundred messages four are dead letters, of eight errors that differ in their numbers, one waits for its time, and the
 * rest are done. They are of the types order.placed and export.asked, each in one queue that subscribes to it.
 */
export async function seedMessages({ query }: OpenConsole, count: number): Promise<void> {
  await query(seed, [count]);
  await query('analyze');
}

// An id holds the time at which its message was made: 48 bits of milliseconds, before the random rest of another uuid.
const seed = `
  with lane as materialized (
    select q.id as queue_id, s.type, row_number() over (order by q.name) as place
    from millrace.queue q
    join millrace.subscription s on s.queue_id = q.id
    where (q.name, s.type) in (('payments', 'order.placed'), ('exports', 'export.asked'))
  ),
  input as materialized (
    select n, lane.queue_id, lane.type, at,
      jsonb_build_object(
        'name', 'Error',
        'message', format((array['the bank did not answer within %s ms', 'order-%s is not known', 'connection %s was reset',
          'the card of customer %s has expired', 'no rate for %s', 'shelf %s is empty', 'parcel %s was returned',
          'the address of %s cannot be read'])[1 + n / 100 % 8], n)) as error,
      (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0')
        || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid as id
    from generate_series(1, $1::integer) as n
    join lane on lane.place = 1 + n % 2
    cross join lateral (select statement_timestamp() - n * interval '5 milliseconds' as at) as made
  ),
  stored as (
    insert into millrace.message (id, created_at, type, payload)
    select id, at, type, jsonb_build_object('orderId', 'order-' || n, 'n', n)
    from input
  ),
  waiting as (
    insert into millrace.delivery (message_id, queue_id, available_at)
    select id, queue_id, at + interval '1 day'
    from input
    where n % 100 = 5
  ),
  died as (
    insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, died_at, type, error)
    select id, queue_id, n, 5, 3, at + interval '1 second', type, error
    from input
    where n % 100 < 4
  )
  insert into millrace.attempt (message_id, queue_id, started_at, finished_at, outcome, attempt, error)
  select id, queue_id, at + interval '10 milliseconds', at + interval '25 milliseconds',
    (case when n % 100 < 4 then 'dead' else 'done' end)::millrace.attempt_outcome,
    case when n % 100 < 4 then 3 else 1 end,
    case when n % 100 < 4 then error end
  from input
  where n % 100 <> 5`;
