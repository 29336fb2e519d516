import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { declareQueue, done, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

const statuses = async (queue: SqlQueue) => (await queue.rows()).map(({ status }) => status);
const claimable = async (queue: SqlQueue) =>
  (await queue.claim({ count: 100 })).deliveries.map(({ payload }) => payload);

/** One group with the payloads 1, 2, 3… */
async function withGroup(count: number, policy: object = {}): Promise<SqlQueue> {
  const queue = await declareQueue(db, policy);
  await queue.enqueueMany(
    Array.from({ length: count }, (_, n) => ({ groupKey: 'g', payload: n + 1 })),
  );
  return queue;
}

test('gives only the head of a group', async () => {
  const queue = await withGroup(3);
  expect(await claimable(queue)).toEqual([1]);
  expect(await claimable(queue)).toEqual([]);
});

test.each([
  ['done', {}],
  ['dead', { error: {} }],
  ['retry', { error: {} }],
])('goes on with the next member when the head ends by %s', async (outcome, details) => {
  const queue = await withGroup(3, { maxAttempts: 1 });
  await queue.settle(end(outcome, await queue.claimOne(), details));
  expect(await statuses(queue)).toEqual(['pending', 'blocked']);
  expect(await claimable(queue)).toEqual([2]);
});

test.each([
  ['retry', { error: {}, delaySeconds: 60 }],
  ['snooze', { delaySeconds: 60 }],
])('waits for a head that is sent back by %s', async (outcome, details) => {
  const queue = await withGroup(2);
  await queue.settle(end(outcome, await queue.claimOne(), details));
  expect(await statuses(queue)).toEqual(['scheduled', 'blocked']);
  expect(await claimable(queue)).toEqual([]);
  await queue.makeDue();
  expect(await claimable(queue)).toEqual([1]);
});

test('gives a released head again before the rest', async () => {
  const queue = await withGroup(2);
  await queue.settle(end('release', await queue.claimOne()));
  expect(await statuses(queue)).toEqual(['pending', 'blocked']);
  expect(await claimable(queue)).toEqual([1]);
});

test('waits for a head whose consumer was lost', async () => {
  const queue = await withGroup(2);
  await queue.claimOne();
  await queue.expireLeases();
  expect(await claimable(queue)).toEqual([]);
  expect((await queue.claimSuspect()).deliveries).toMatchObject([{ payload: 1 }]);
});

test('keeps enqueue order whatever the priorities and delays inside the group', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany([
    { groupKey: 'g', payload: 1, priority: 9, delaySeconds: 60 },
    { groupKey: 'g', payload: 2, priority: 1 },
    { groupKey: 'g', payload: 3, priority: 5, delaySeconds: 600 },
    { groupKey: 'g', payload: 4, priority: 1 },
  ]);
  expect(await statuses(queue)).toEqual(['scheduled', 'blocked', 'blocked', 'blocked']);
  const order = [];
  for (let n = 0; n < 4; n += 1) {
    await queue.makeDue();
    const delivery = await queue.claimOne();
    order.push(delivery.payload);
    await queue.settle(done(delivery));
  }
  expect(order).toEqual([1, 2, 3, 4]);
});

test('keeps the delay of a member that was blocked meanwhile', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany([{ groupKey: 'g' }, { groupKey: 'g', delaySeconds: 100 }]);
  await queue.settle(done(await queue.claimOne()));
  const [row] = await queue.rows();
  expect(row?.status).toBe('scheduled');
  expect(row?.dueIn).toBeCloseTo(100, -1);
});

test('gives the heads of different groups and what has no group side by side', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany([
    { groupKey: 'a', payload: 1 },
    { groupKey: 'b', payload: 2 },
    { groupKey: 'a', payload: 3 },
    { payload: 4 },
    { groupKey: 'b', payload: 5 },
    { groupKey: 'A', payload: 6 },
  ]);
  expect(await claimable(queue)).toEqual([1, 2, 4, 6]);
});

test('keeps the same group of two queues apart', async () => {
  const queue = await withGroup(2);
  const other = await declareQueue(db, { type: queue.type });
  await queue.enqueue({ groupKey: 'g' }, 3);
  expect(await statuses(other)).toEqual(['pending']);
  await other.settle(done(await other.claimOne()));
  expect(await statuses(queue)).toEqual(['pending', 'blocked', 'blocked']);
});

test('releases the next member of every group that a batch ends', async () => {
  const queue = await declareQueue(db, { maxAttempts: 1 });
  const keys = Array.from({ length: 50 }, (_, n) => `g${n}`);
  await queue.enqueueMany([...keys, ...keys, ...keys].map((groupKey) => ({ groupKey })));
  for (let round = 0; round < 3; round += 1) {
    const { deliveries } = await queue.claim({ count: 200 });
    expect(deliveries.map(({ groupKey }) => groupKey).sort()).toEqual([...keys].sort());
    await queue.settle(
      ...deliveries.map((delivery, n) => end(n % 2 ? 'done' : 'dead', delivery, { error: {} })),
    );
  }
  expect(await queue.rows()).toEqual([]);
});

test('starts a group anew after it has ended', async () => {
  const queue = await withGroup(1);
  await queue.settle(done(await queue.claimOne()));
  await queue.enqueue({ groupKey: 'g' }, 'anew');
  expect(await claimable(queue)).toEqual(['anew']);
});

test('puts a member of an open transaction behind the head that it saw', async () => {
  const queue = await withGroup(1);
  const head = await queue.claimOne();
  const producer = await connect(db);
  const consumer = await connect(db);
  await producer.query('begin');
  await queue.on(producer).enqueue({ groupKey: 'g' }, 'next');
  await queue.on(consumer).settle(done(head));
  await producer.query('commit');
  expect(await claimable(queue)).toEqual(['next']);
});

test.each(['repeatable read', 'serializable'])(
  'does not strand a group when a consumer settles its head at %s',
  async (level) => {
    const queue = await withGroup(1, { maxAttempts: 1 });
    const head = await queue.claimOne();
    const consumer = await connect(db);
    await consumer.query(`begin isolation level ${level}; select 1`);
    await queue.enqueue({ groupKey: 'g' }, 'next');
    for (const outcome of ['done', 'dead']) {
      await consumer.query('savepoint before');
      await expect(
        queue.on(consumer).settle(end(outcome, head, { error: {} })),
      ).rejects.toMatchObject({ code: 'MR005' });
      await consumer.query('rollback to before');
    }
    await consumer.query('rollback');
    await queue.settle(done(head));
    expect(await claimable(queue)).toEqual(['next']);
  },
);
