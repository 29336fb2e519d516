// A producer that enqueues into groups and keeps its transaction open holds up these groups, and nothing else.
import type { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connect, connections } from '#test/support/sql/connect.ts';
import { declareQueue, done, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

/** Settles and claims until nothing is left to claim; answers the payloads in the order of their claims. */
async function runDry(queue: SqlQueue): Promise<unknown[]> {
  const order: unknown[] = [];
  for (;;) {
    const { deliveries } = await queue.claim({ count: 200 });
    if (deliveries.length === 0) return order;
    order.push(...deliveries.map(({ payload }) => payload));
    const report = await queue.settle(...deliveries.map((each) => done(each)));
    expect(report).toMatchObject({ settled: deliveries.length, stale: [] });
  }
}

const left = async (table: string) =>
  db.query(`select from millrace.${table} t
    where t.queue_id in (select q.id from millrace.queue q)`);

test.each(['commit', 'rollback', 'kill'])(
  'everything else is settled, each once, and the groups go on in order after a %s',
  async (how) => {
    const queue = await declareQueue(db);
    const [producer, consumer, other] = await connections(db, 3);
    if (!producer || !consumer || !other) throw new Error('no connections');
    const keys = Array.from({ length: 50 }, (_, n) => `g${n}`);
    await queue.enqueueMany([
      ...[...keys, ...keys].map((groupKey, n) => ({ groupKey, payload: n })),
      ...Array.from({ length: 900 }, (_, n) => ({ payload: 100 + n })),
    ]);
    await queue.enqueueMany(Array.from({ length: 1_000 }, (_, n) => ({ payload: 1_000 + n })));
    await producer.query('begin');
    await queue
      .on(producer)
      .enqueueMany(
        ['g0', 'g1', 'g2', 'new'].map((groupKey) => ({ groupKey, payload: `${groupKey} open` })),
      );
    // Nobody waits for what the producer holds, not even somebody who joins its groups.
    for (const groupKey of ['g0', 'new', 'newer'])
      await queue.on(other).enqueue({ groupKey }, `${groupKey} later`);

    const first = await runDry(queue.on(consumer));
    expect(new Set(first).size).toBe(first.length);
    // All but the second member of g0: who joined that group after the producer made its order uncertain.
    const all = Array.from({ length: 2_000 }, (_, n) => n);
    const settled = first.filter((payload) => typeof payload === 'number');
    expect(settled.toSorted((a, b) => a - b)).toEqual(all.filter((n) => n !== 50));
    expect(first.filter((payload) => typeof payload === 'string')).toEqual(['newer later']);

    if (how === 'kill') {
      const [row] = (await producer.query('select pg_backend_pid() as pid')).rows;
      await db.query('select pg_terminate_backend($1)', [row.pid]);
    } else await producer.query(how);
    await expect
      .poll(() =>
        db.query(`select from pg_stat_activity
          where datname = current_database() and state like 'idle in transaction%'`),
      )
      .toEqual([]);
    const rest = await runDry(queue.on(consumer));
    const later = ['g0 later', 'new later'];
    const open = ['g0 open', 'g1 open', 'g2 open', 'new open'];
    const expected = [50, ...(how === 'commit' ? open : []), ...later];
    expect(rest.toSorted()).toEqual(expected.toSorted());
    expect(rest.indexOf('g0 later')).toBeGreaterThan(rest.indexOf(50));
    if (how === 'commit')
      for (const group of ['g0', 'new'])
        expect(rest.indexOf(`${group} later`)).toBeGreaterThan(rest.indexOf(`${group} open`));
    expect(await queue.rows()).toEqual([]);
    expect(await left('disturbed_group')).toEqual([]);
    expect(await left('message_group')).toEqual([]);
  },
);

const locks = async (pids: readonly number[]) => {
  const [row] = await db.query<{ count: number }>(
    'select count(*)::int as count from pg_locks where pid = any ($1)',
    [pids],
  );
  return row?.count ?? 0;
};

/** In bytes, of a session's server process. */
const memoryOf = async (client: Client) => {
  const { rows } = await client.query(
    'select sum(total_bytes)::float as bytes from pg_backend_memory_contexts',
  );
  return rows[0].bytes;
};

test('50,000 groups in one transaction take no more server locks than one, nor memory', async () => {
  const queue = await declareQueue(db);
  const client = await connect(db);
  const pid = (await client.query('select pg_backend_pid() as pid')).rows[0].pid;
  const enqueue = (call: number) =>
    queue
      .on(client)
      .enqueueMany(Array.from({ length: 1_000 }, (_, n) => ({ groupKey: `${call} ${n}` })));
  await client.query('begin');
  await queue.on(client).enqueueMany([{ groupKey: 'first' }]);
  const one = await locks([pid]);
  // What a session keeps once it has made such calls, its plans above all.
  for (let call = 0; call < 5; call += 1) await enqueue(call);
  const memory = await memoryOf(client);
  for (let call = 5; call < 50; call += 1) await enqueue(call);
  expect(await locks([pid])).toBeLessThan(one + 20);
  expect(await memoryOf(client)).toBeLessThan(memory + 1_000_000);
  await client.query('rollback');
});

describe('statistics that are taken while a long transaction enqueues', () => {
  const groups = (call: number, count: number, members = 1) =>
    Array.from({ length: count }, (_, n) =>
      Array<{ groupKey: string }>(members).fill({ groupKey: `${call} ${n}` }),
    ).flat();
  const rowsRead = async (client: Client) =>
    Number(
      (
        await client.query(
          `select idx_tup_fetch as rows from pg_stat_xact_user_tables where relid = 'millrace.delivery'::regclass`,
        )
      ).rows[0].rows,
    );
  /** Begins a transaction with 10,000 messages; to others there are no rows yet, on many pages, and they take this down. */
  async function enqueueUnseen(queue: SqlQueue, producer: Client, other: Client) {
    await other.query('alter table millrace.delivery set (autovacuum_enabled = off)');
    await producer.query('begin');
    for (let call = 0; call < 10; call += 1)
      await queue.on(producer).enqueueMany(groups(call, 500, 2));
    await other.query('analyze millrace.delivery');
  }

  test('make none of its calls look at other groups', async () => {
    const queue = await declareQueue(db);
    const [producer, other] = await connections(db, 2);
    if (!producer || !other) throw new Error('no connections');
    await enqueueUnseen(queue, producer, other);
    const before = await rowsRead(producer);
    await queue.on(producer).enqueueMany(groups(40, 20));
    expect((await rowsRead(producer)) - before).toBeLessThan(200);
    await producer.query('rollback');
  });

  test.each([
    ['settled', 'done'],
    ['cancelled', 'cancel'],
  ])('make no member that is %s look at other groups', async (_, how) => {
    const queue = await declareQueue(db);
    const [producer, other] = await connections(db, 2);
    if (!producer || !other) throw new Error('no connections');
    await enqueueUnseen(queue, producer, other);
    await producer.query('commit');
    await other.query('begin');
    const { deliveries } = await queue.on(other).claim({ count: 20 });
    const before = await rowsRead(other);
    if (how === 'done') await queue.on(other).settle(...deliveries.map((each) => done(each)));
    else {
      await queue
        .on(other)
        .settle(...deliveries.map(({ id, token }) => ({ id, token, outcome: 'release' })));
      for (const { id } of deliveries) await other.query('select millrace.cancel($1)', [id]);
    }
    expect((await rowsRead(other)) - before).toBeLessThan(1_000);
    await other.query('rollback');
  });
});

test('overlapping batches of 1,000 groups on three queues take few server locks', async () => {
  const queue = await declareQueue(db);
  for (let more = 0; more < 2; more += 1) await declareQueue(db, { type: queue.type });
  const clients = await connections(db, 5);
  const pids = await Promise.all(
    clients.map(
      async (client) => (await client.query('select pg_backend_pid() as pid')).rows[0].pid,
    ),
  );
  await Promise.all(
    clients.map(async (client, producer) => {
      await client.query('begin');
      await queue
        .on(client)
        .enqueueMany(Array.from({ length: 1_000 }, (_, n) => ({ groupKey: `${producer} ${n}` })));
    }),
  );
  expect(await locks(pids)).toBeLessThan(500);
  for (const client of clients) await client.query('commit');
});
