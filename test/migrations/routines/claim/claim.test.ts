import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { waitsForLock } from '#test/support/sql/blocked.ts';
import { connect, connections } from '#test/support/sql/connect.ts';
import { declareQueue, done, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

const idsOf = (deliveries: readonly { id: string }[]) => deliveries.map(({ id }) => id);

/** Enqueues messages with the payloads 0, 1, 2… in one batch and answers their ids. */
async function fill(queue: SqlQueue, count: number, options: object = {}): Promise<string[]> {
  const batch = Array.from({ length: count }, (_, n) => ({ payload: n, ...options }));
  return idsOf(await queue.enqueueMany(batch));
}

test.each([1, 4, 10])(
  'gives by priority, then by time due, then in enqueue order: %i at a time',
  async (count) => {
    const queue = await declareQueue(db);
    const answers = await queue.enqueueMany([
      { priority: 9 },
      { priority: 1, delaySeconds: 20 },
      { priority: 1, delaySeconds: 10 },
      { priority: 5 },
      { priority: 5 },
      { priority: 1, delaySeconds: 10 },
    ]);
    await queue.makeDue();
    const order: string[] = [];
    while (order.length < answers.length)
      order.push(...idsOf((await queue.claim({ count })).deliveries));
    expect(order).toEqual([2, 5, 1, 3, 4, 0].map((n) => answers[n]?.id));
  },
);

test('takes at most as many as asked for, the most urgent ones', async () => {
  const queue = await declareQueue(db);
  const late = await fill(queue, 3, { priority: 9 });
  const soon = await fill(queue, 3, { priority: 1 });
  const { deliveries } = await queue.claim({ count: 4 });
  expect(idsOf(deliveries)).toEqual([...soon, late[0]]);
  expect((await queue.rows()).filter(({ status }) => status === 'pending')).toHaveLength(2);
});

test.each([0, -1, null])('takes nothing when asked for %s', async (count) => {
  const queue = await declareQueue(db);
  await fill(queue, 3);
  expect((await queue.claim({ count })).deliveries).toEqual([]);
});

test('leases what it takes for the lease time of the queue, under the token', async () => {
  const queue = await declareQueue(db, { leaseSeconds: 77 });
  await fill(queue, 1);
  const { token, deliveries } = await queue.claim();
  expect(deliveries).toMatchObject([{ attempt: 1, groupKey: null, headers: null }]);
  const [row] = await queue.rows();
  expect(row).toMatchObject({ status: 'processing', attempt: 1, token });
  expect(row?.leaseEndsIn).toBeCloseTo(77, -1);
});

test('leaves what is scheduled, blocked, leased or lost by its consumer', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany([
    { delaySeconds: 3 },
    { groupKey: 'g', delaySeconds: 3 },
    { groupKey: 'g' },
  ]);
  await fill(queue, 2);
  await queue.claim();
  await queue.expireLeases();
  await queue.claim();
  expect((await queue.claim({ count: 10 })).deliveries).toEqual([]);
});

test('gives a scheduled delivery once its time has come', async () => {
  const queue = await declareQueue(db);
  const id = await queue.enqueue({ delaySeconds: 3 });
  await queue.makeDue();
  expect((await queue.claimOne()).id).toBe(id);
});

test('gives nothing of a paused queue until it is resumed', async () => {
  const queue = await declareQueue(db);
  await fill(queue, 1);
  await queue.pause();
  expect(await queue.claim()).toMatchObject({ deliveries: [], cursor: null });
  await queue.pause(false);
  expect((await queue.claim()).deliveries).toHaveLength(1);
});

test('gives nothing of a queue that nobody declared', async () => {
  const queue = await declareQueue(db);
  await fill(queue, 1);
  const text = `select ids, cursor from millrace.claim('nobody', $1, 10)`;
  expect(await db.query(text, [randomUUID()])).toEqual([{ ids: null, cursor: null }]);
});

test('gives a delivery whose message is gone, without its contents', async () => {
  const queue = await declareQueue(db);
  const [id] = await fill(queue, 1);
  await db.query('delete from millrace.message where id = $1', [id]);
  expect(await queue.claimOne()).toMatchObject({ id, type: null, payload: null });
});

test('shares 20,000 deliveries among eight consumers without overlap or loss', async () => {
  const queue = await declareQueue(db);
  for (let n = 0; n < 10; n += 1) await fill(queue, 1_000);
  for (let n = 0; n < 10; n += 1) await fill(queue, 1_000, { priority: 4 });
  const clients = await connections(db, 8);
  const taken = await Promise.all(clients.map((client) => drain(queue.on(client))));
  expect(taken.flat()).toHaveLength(20_000);
  expect(new Set(taken.flat()).size).toBe(20_000);
  // Each of them had its share: nobody waited for the others.
  for (const share of taken) expect(share.length).toBeGreaterThan(0);
  expect(await queue.rows()).toEqual([]);
});

async function drain(queue: SqlQueue): Promise<string[]> {
  const ids: string[] = [];
  let results: object[] = [];
  let cursor: object | null = null;
  for (;;) {
    const { settled, claimed } = await queue.settleAndClaim(results, { count: 200, cursor });
    expect(settled.settled).toBe(results.length);
    if (claimed.deliveries.length === 0 && cursor === null) return ids;
    // A claim that finds nothing behind its cursor is followed by one that looks from the start.
    cursor = claimed.deliveries.length === 0 ? null : claimed.cursor;
    ids.push(...idsOf(claimed.deliveries));
    results = claimed.deliveries.map((delivery) => done(delivery));
  }
}

test('passes over what another consumer is claiming at the moment', async () => {
  const queue = await declareQueue(db);
  const ids = await fill(queue, 4);
  const [other, client] = [await connect(db), await connect(db)];
  await other.query('begin');
  expect(idsOf((await queue.on(other).claim({ count: 2 })).deliveries)).toEqual(ids.slice(0, 2));
  const claiming = queue.on(client).claim({ count: 4 });
  expect(await waitsForLock(db, claiming)).toBe(false);
  expect(idsOf((await claiming).deliveries)).toEqual(ids.slice(2));
  await other.query('rollback');
  expect(idsOf((await queue.claim({ count: 4 })).deliveries)).toEqual(ids.slice(0, 2));
});

test.each([{}, { groupKey: 'g' }])('changes no index, with %j', async (options) => {
  // With a limit, so that nothing is gathered.
  const queue = await declareQueue(db, { maxDepth: 100_000 });
  for (let n = 0; n < 5; n += 1)
    await queue.enqueueMany(
      Array.from({ length: 1_000 }, (_, m) => ({
        ...options,
        ...('groupKey' in options && { groupKey: `${n}-${m}` }),
      })),
    );
  await queue.part();
  const client = await connect(db);
  await client.query('begin');
  for (let n = 0; n < 25; n += 1) await queue.on(client).claim({ count: 200 });
  const { rows } = await client.query(
    `select n_tup_upd::int as updates, n_tup_hot_upd::int as hot
     from pg_stat_xact_user_tables where relname = 'delivery'`,
  );
  await client.query('commit');
  expect(rows).toEqual([{ updates: 5_000, hot: 5_000 }]);
});
