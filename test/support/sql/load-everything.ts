// What a queue's tables have when it has been in use for a while.
import type { TestDatabase } from '#test/support/database.ts';
import type { SqlQueue } from '#test/support/sql/sql-queue.ts';

const backlog = 300_000;

/** A backlog beside everything that must not cost a claim anything: delayed, blocked, finished and dead. */
export async function loadEverything(db: TestDatabase, plain: SqlQueue, grouped: SqlQueue) {
  const id = (digit: number) =>
    `('01900000' || '0000' || '7000' || '${digit}' || lpad(to_hex(n), 15, '0'))::uuid`;
  const rows = `from generate_series(1, ${backlog}) as n, millrace.queue q where q.name = `;
  await db.query(`
    insert into millrace.delivery (message_id, queue_id, available_at, priority, kib)
    select ${id(8)}, q.id, statement_timestamp(), 5, 1 ${rows} '${plain.name}';
    insert into millrace.delivery (message_id, queue_id, available_at, priority, kib)
    select ${id(9)}, q.id, statement_timestamp() + interval '1 day', 3, 1 ${rows} '${plain.name}';
    insert into millrace.delivery (message_id, queue_id, available_at, group_key, kib)
    select ${id(7)}, q.id, 'infinity', 'busy-' || n % 5, 1 ${rows} '${grouped.name}' and n <= 50000;
    insert into millrace.attempt (message_id, lease_token, outcome, queue_id, attempt)
    select uuid_in(overlay(millrace.uuid_v7()::text placing '7' from 15 for 1)::cstring), ${id(6)}, 'done', q.id, 1
    ${rows} '${plain.name}' and n <= 200000;
    insert into millrace.done_attempts (first_id, lease_token, queue_id, attempt, message_ids, run_ms)
    select a.id, a.id, q.id, 1, array_fill(a.id, array[100]), array_fill(1, array[100])
    from millrace.queue q
    cross join generate_series(1, 2000) as n
    cross join lateral (select millrace.uuid_floor(statement_timestamp() - n * interval '250 ms')) as a(id)
    where q.name = '${plain.name}';
    insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, type, error)
    select ${id(5)}, q.id, n, 5, 1, q.name, '{}' ${rows} '${plain.name}' and n <= 50000;
    insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, died_at, type, error)
    select ${id(4)}, q.id, n, 5, 1, '2020-01-01', q.name, '{}' ${rows} '${grouped.name}' and n <= 50000`);
}
