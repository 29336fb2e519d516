// Rows by the ten thousand, put into the tables directly: an enqueue would take its time.
import type { TestDatabase } from '#test/database.ts';
import type { SqlQueue } from './sql-queue.ts';

/** Messages with the payloads 1, 2, 3… and an empty delivery of each for every row of a group: SQL of its key. */
export async function fillGroups(
  { query }: TestDatabase,
  queue: SqlQueue,
  { count, groups }: { count: number; groups: number },
): Promise<void> {
  await query(
    `with lane as (
       select id from millrace.queue where name = $1
     ),
     m as (
       insert into millrace.message (id, type, payload)
       select millrace.uuid_v7(), $2, to_jsonb(n) from generate_series(1, $3::int) as n
       returning id, payload::int as n
     )
     insert into millrace.delivery (message_id, queue_id, available_at, group_key)
     select m.id, lane.id,
       case when m.n <= $4::int then statement_timestamp() else 'infinity' end,
       'group ' || m.n % $4::int
     from m, lane
     order by m.n`,
    [queue.name, queue.type, count, groups],
  );
  await query('analyze millrace.delivery');
}
