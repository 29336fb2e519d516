// Rows by the ten thousand, put into the tables directly: an enqueue would take its time.
import type { TestDatabase } from '#test/support/database.ts';

interface Lane {
  readonly name: string;
  readonly type: string;
}

/** The queue named $1, and $3 new messages of the type $2 with their numbers. */
const storedMessages = `connected as (
       select id from millrace.queue where name = $1
     ),
     m as (
       insert into millrace.message (id, type, payload)
       select millrace.uuid_v7(), $2, jsonb_build_object('n', n) from generate_series(1, $3::int) as n
       returning id, (payload ->> 'n')::int as n
     )`;

/** Messages with the payloads { n: 1 }, { n: 2 }… that go round the groups "group 0", "group 1"… */
export async function fillGroups(
  { query }: TestDatabase,
  queue: Lane,
  { count, groups }: { count: number; groups: number },
): Promise<void> {
  await query(
    `with ${storedMessages}
     insert into millrace.delivery (message_id, queue_id, available_at, group_key)
     select m.id, connected.id,
       case when m.n <= $4::int then statement_timestamp() else 'infinity' end,
       'group ' || m.n % $4::int
     from m, connected
     order by m.n`,
    [queue.name, queue.type, count, groups],
  );
  await query('analyze millrace.delivery');
}

/** Dead letters of the payloads { n: 1 }, { n: 2 }… that died in this order, and go round the groups as above. */
export async function buryGroups(
  { query }: TestDatabase,
  queue: Lane,
  { count, groups }: { count: number; groups: number },
): Promise<void> {
  await query(
    `with ${storedMessages}
     insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, died_at, type, group_key, error)
     select m.id, connected.id, nextval(pg_get_serial_sequence('millrace.delivery', 'sequence')), 5, 3,
       statement_timestamp() + m.n * interval '1 microsecond', $2, 'group ' || m.n % $4::int, '{"message": "no use"}'
     from m, connected
     order by m.n`,
    [queue.name, queue.type, count, groups],
  );
}
