import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { givenAgain } from '#test/support/sql/given-again.ts';
import { declareQueue, done, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

const idsOf = (deliveries: readonly { id: string }[]) => deliveries.map(({ id }) => id);

async function fill(queue: SqlQueue, count: number, options: object = {}): Promise<string[]> {
  return idsOf(await queue.enqueueMany(Array.from({ length: count }, () => options)));
}

test('goes on behind the last delivery that it gave', async () => {
  const queue = await declareQueue(db);
  const ids = await fill(queue, 5);
  const first = await queue.claim({ count: 2 });
  expect(idsOf(first.deliveries)).toEqual(ids.slice(0, 2));
  const second = await queue.claim({ count: 2, cursor: first.cursor });
  expect(idsOf(second.deliveries)).toEqual(ids.slice(2, 4));
  const third = await queue.claim({ count: 2, cursor: second.cursor });
  expect(idsOf(third.deliveries)).toEqual(ids.slice(4));
});

test('keeps a place in every priority level', async () => {
  const queue = await declareQueue(db);
  const late = await fill(queue, 3, { priority: 9 });
  const soon = await fill(queue, 3, { priority: 1 });
  const ids = [...soon, ...late];
  let cursor: object | null = null;
  for (const id of ids) {
    const claim = await queue.claim({ cursor });
    expect(idsOf(claim.deliveries)).toEqual([id]);
    expect(claim.cursor?.map(({ priority }) => priority)).toEqual([1, 9]);
    cursor = claim.cursor;
  }
  expect((await queue.claim({ cursor })).deliveries).toEqual([]);
});

test('finds behind the cursor what came back, but only with a look from the start', async () => {
  const queue = await declareQueue(db);
  const [first] = await fill(queue, 2);
  const { deliveries, cursor } = await queue.claim({ count: 2 });
  await queue.settle(...deliveries.map((delivery) => end('release', delivery)));
  expect((await queue.claim({ cursor })).deliveries).toEqual([]);
  expect((await queue.claim()).deliveries).toMatchObject([{ id: first }]);
});

test('finds from the start what committed late', async () => {
  const queue = await declareQueue(db);
  const producer = await connect(db);
  await producer.query('begin');
  const late = await queue.on(producer).enqueue();
  await fill(queue, 1);
  const { cursor } = await queue.claim();
  await producer.query('commit');
  expect((await queue.claim({ cursor })).deliveries).toEqual([]);
  expect((await queue.claim()).deliveries).toMatchObject([{ id: late }]);
});

test('sees with the cursor of an earlier claim what was enqueued since', async () => {
  const queue = await declareQueue(db);
  await fill(queue, 1);
  const first = await queue.claim({ count: 10 });
  const empty = await queue.claim({ count: 10, cursor: first.cursor });
  expect(empty.deliveries).toEqual([]);
  const ids = await fill(queue, 2);
  const { deliveries } = await queue.claim({ count: 10, cursor: empty.cursor });
  expect(idsOf(deliveries)).toEqual(ids);
});

test('takes no rows of another queue or of a level that the cursor leaves out', async () => {
  const queue = await declareQueue(db);
  const other = await declareQueue(db);
  await fill(other, 1);
  await fill(queue, 1, { priority: 5 });
  const { cursor } = await queue.claim();
  await fill(queue, 1, { priority: 1 });
  expect((await queue.claim({ cursor })).deliveries).toEqual([]);
  expect((await queue.claim()).deliveries).toHaveLength(1);
});

test('reads its cursor in whatever time zone', async () => {
  const queue = await declareQueue(db);
  const ids = await fill(queue, 2);
  const client = await connect(db);
  await client.query(`set timezone = 'Asia/Kathmandu'; set datestyle = 'German'`);
  const { cursor } = await queue.on(client).claim();
  expect(idsOf((await queue.claim({ cursor })).deliveries)).toEqual(ids.slice(1));
});

test('gives again what its token holds when it is repeated', async () => {
  const queue = await declareQueue(db);
  await fill(queue, 2, { priority: 2 });
  await fill(queue, 300, { priority: 3 });
  await queue.part();
  const token = randomUUID();
  const { deliveries } = await queue.claim({ count: 200, token });
  expect(deliveries).toHaveLength(200);
  const again = await queue.claim({ count: 200, token, repeated: true });
  expect(again.deliveries).toEqual(givenAgain(deliveries));
  const rows = await queue.rows();
  expect(rows.filter(({ status }) => status === 'processing')).toHaveLength(200);
  expect(rows.every(({ attempt }) => attempt <= 1)).toBe(true);
});

test('gives again what its token holds from the cursor of the claim that was lost', async () => {
  const queue = await declareQueue(db);
  const ids = await fill(queue, 6);
  const { cursor } = await queue.claim({ count: 2 });
  const token = randomUUID();
  const lost = await queue.claim({ count: 2, token, cursor });
  await queue.claim({ count: 1, cursor: lost.cursor });
  const again = await queue.claim({ count: 2, token, cursor, repeated: true });
  expect(idsOf(again.deliveries)).toEqual(ids.slice(2, 4));
});

test('claims when it is repeated and the first call never committed', async () => {
  const queue = await declareQueue(db);
  const ids = await fill(queue, 2);
  const token = randomUUID();
  const client = await connect(db);
  await client.query('begin');
  await queue.on(client).claim({ token });
  await client.query('rollback');
  const { deliveries } = await queue.claim({ count: 2, token, repeated: true });
  expect(deliveries).toMatchObject(ids.map((id) => ({ id, attempt: 1 })));
});

test('gives nothing again that was settled, released or lost in between', async () => {
  const queue = await declareQueue(db);
  const ids = await fill(queue, 5);
  const token = randomUUID();
  const { deliveries } = await queue.claim({ count: 4, token });
  const [first, second, third] = deliveries;
  if (!first || !second || !third) throw new Error('nothing claimed');
  await queue.settle(done(first), end('release', second), end('retry', third, { error: {} }));
  const again = await queue.claim({ count: 4, token, repeated: true });
  expect(idsOf(again.deliveries)).toEqual([ids[3]]);
});

test('repeats both halves of a settle with a claim', async () => {
  const queue = await declareQueue(db);
  const ids = await fill(queue, 4);
  const first = await queue.claim({ count: 2 });
  const results = first.deliveries.map((delivery) => done(delivery));
  const options = { count: 2, token: randomUUID(), cursor: first.cursor };
  const { settled, claimed } = await queue.settleAndClaim(results, options);
  expect(settled).toEqual({ settled: 2, repeated: 0, dead: [], stale: [] });
  expect(idsOf(claimed.deliveries)).toEqual(ids.slice(2));
  const again = await queue.settleAndClaim(results, { ...options, repeated: true });
  expect(again.settled).toEqual({ settled: 0, repeated: 2, dead: [], stale: [] });
  expect(again.claimed.deliveries).toEqual(givenAgain(claimed.deliveries));
});

test('settles for a paused queue and claims nothing', async () => {
  const queue = await declareQueue(db);
  await fill(queue, 2);
  const { deliveries, cursor } = await queue.claim();
  await queue.pause();
  const results = deliveries.map((delivery) => done(delivery));
  expect(await queue.settleAndClaim(results, { cursor })).toMatchObject({
    settled: { settled: 1 },
    claimed: { deliveries: [], cursor },
  });
});
