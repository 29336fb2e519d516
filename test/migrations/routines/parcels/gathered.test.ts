// Single deliveries that a claim gathers in parcels: which ones, and that each has its own row again whenever they are parted.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { declareQueue, done, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);

const idsOf = (deliveries: readonly { id: string }[]) => deliveries.map(({ id }) => id);

/** Ids of one span that do not ascend, as those of producers with clocks of their own. */
function idsOfOneSpan(count: number, span = '01920000-0100'): string[] {
  const ids = Array.from({ length: count }, () => `${span}-7${randomUUID().slice(15)}`);
  return ids.sort().reverse();
}

/** Enqueues messages one by one and answers their ids. */
async function sendEach(queue: SqlQueue, messages: readonly object[]): Promise<string[]> {
  const ids: string[] = [];
  for (const message of messages)
    ids.push(...(await queue.enqueueMany([message])).map(({ id }) => id));
  return ids;
}

const send = (queue: SqlQueue, count: number, options: object = {}) =>
  sendEach(
    queue,
    idsOfOneSpan(count).map((id) => ({ id, ...options })),
  );

/** How many members each of the queue's parcels has, and how many single deliveries there are. */
async function shape(queue: SqlQueue) {
  const parcels = await db.query<{ members: number }>(
    `select cardinality(p.message_ids) as members
     from millrace.parcel p join millrace.queue q on q.id = p.queue_id
     where q.name = $1 order by p.priority, p.available_at, p.sequence`,
    [queue.name],
  );
  return { parcels: parcels.map(({ members }) => members), singles: (await singles(queue)).length };
}

/** The queue's rows of delivery with all that is in them, in the order of claims. */
async function singles(queue: SqlQueue): Promise<{ message_id: string }[]> {
  const rows = await db.query<{ row: { message_id: string } }>(
    `select to_jsonb(d) as row
     from millrace.delivery d join millrace.queue q on q.id = d.queue_id
     where q.name = $1 order by d.priority, d.available_at, d.sequence`,
    [queue.name],
  );
  return rows.map(({ row }) => row);
}

test('gathers ten in a row, and leases fewer where they are', async () => {
  const queue = await declareQueue(db);
  await send(queue, 19);
  await queue.claim({ count: 9 });
  expect(await shape(queue)).toEqual({ parcels: [], singles: 19 });
  await queue.claim({ count: 10 });
  expect(await shape(queue)).toEqual({ parcels: [10], singles: 9 });
});

test('gathers in rows of up to a hundred', async () => {
  const queue = await declareQueue(db);
  const ids = await send(queue, 230);
  const { deliveries } = await queue.claim({ count: 230 });
  expect(await shape(queue)).toEqual({ parcels: [100, 100, 30], singles: 0 });
  expect(idsOf(deliveries)).toEqual(ids);
  expect(await queue.settle(...deliveries.map((each) => done(each)))).toMatchObject({
    settled: 230,
  });
  expect(await shape(queue)).toEqual({ parcels: [], singles: 0 });
});

test('gathers runs of one span and priority, and nothing else of the same claim', async () => {
  const queue = await declareQueue(db);
  const sent = [
    ...idsOfOneSpan(12).map((id) => ({ id, priority: 4 })),
    ...idsOfOneSpan(12).map((id) => ({ id })),
    ...idsOfOneSpan(12, '01920000-0200').map((id) => ({ id })),
    ...idsOfOneSpan(5, '01920000-0300').map((id) => ({ id })),
    { groupKey: 'g' },
    ...idsOfOneSpan(9, '01920000-0300').map((id) => ({ id })),
  ];
  const ids = await sendEach(queue, sent);
  const { deliveries } = await queue.claim({ count: 100 });
  expect(idsOf(deliveries)).toEqual(ids);
  expect(deliveries.every(({ attempt }) => attempt === 1)).toBe(true);
  expect(await shape(queue)).toEqual({ parcels: [12, 12, 12], singles: 15 });
  expect(await queue.settle(...deliveries.map((each) => done(each)))).toMatchObject({
    settled: ids.length,
    stale: [],
  });
  expect(await shape(queue)).toEqual({ parcels: [], singles: 0 });
});

test.each([
  ['in a queue with a limit', async () => declareQueue(db, { maxDepth: 1_000 })],
  ['after an attempt', async () => declareQueue(db)],
  ['after a replay', async () => declareQueue(db)],
])('gathers nothing %s', async (what, declare) => {
  const queue = await declare();
  const ids = await send(queue, 12);
  if (what !== 'in a queue with a limit') {
    const { deliveries } = await queue.claim({ count: 12 });
    const outcome = what === 'after an attempt' ? 'retry' : 'done';
    await queue.settle(...deliveries.map((each) => end(outcome, each, { delaySeconds: 0 })));
    if (outcome === 'done') for (const id of ids) await operator.replay(id);
  }
  expect((await queue.claim({ count: 12 })).deliveries).toHaveLength(12);
  expect(await shape(queue)).toEqual({ parcels: [], singles: 12 });
});

test('parted, each has the row that it would have had', async () => {
  const queue = await declareQueue(db);
  // All due now, in another order than that of their ids and sequences, and some at the same moment.
  await sendEach(
    queue,
    idsOfOneSpan(20).map((id, n) => ({ id, delaySeconds: 100 - Math.floor(n / 2) })),
  );
  await queue.makeDue();
  const before = await singles(queue);
  const { deliveries, token } = await queue.claim({ count: 20 });
  expect(await shape(queue)).toEqual({ parcels: [20], singles: 0 });
  expect(idsOf(deliveries)).toEqual(before.map((row) => row.message_id));
  await queue.part();
  expect(await singles(queue)).toEqual(
    before.map((row) => ({
      ...row,
      attempt: 1,
      lease_token: token,
      lease_expires_at: expect.any(String),
    })),
  );
  await queue.settle(...deliveries.map((each) => end('release', each)));
  expect(await singles(queue)).toEqual(before.map((row) => ({ ...row, lease_token: token })));
});

test('while they are held, each is as old as it is, and what is left of them when some are done', async () => {
  const queue = await declareQueue(db);
  await sendEach(
    queue,
    idsOfOneSpan(12).map((id, n) => ({ id, delaySeconds: 1_000 - n })),
  );
  await queue.makeDue();
  const due = Object.fromEntries(
    (await queue.rows()).map(({ id, dueIn }) => [id, Math.round(dueIn)]),
  );
  const { deliveries } = await queue.claim({ count: 12 });
  const held = deliveries.slice(4);
  await queue.settle(...deliveries.slice(0, 4).map((each) => done(each)));
  expect(await shape(queue)).toEqual({ parcels: [8], singles: 0 });
  const rows = await queue.rows();
  expect(rows.map(({ status }) => status)).toEqual(held.map(() => 'processing'));
  for (const { id, dueIn } of rows) expect(dueIn).toBeCloseTo(due[id] ?? Number.NaN, -1);
  for (const { id, waitedMs } of held)
    expect(Number(waitedMs) / 1_000).toBeCloseTo(-(due[id] ?? Number.NaN), -2);
  const [asked] = held;
  const [{ status } = { status: null }] = await db.query<{ status: { deliveries: object[] } }>(
    'select millrace.status($1) as status',
    [asked?.id],
  );
  expect(status).toMatchObject({ deliveries: [{ status: 'processing' }] });
});

test('gives again what its token holds, and less of it, in the same order', async () => {
  const queue = await declareQueue(db);
  const ids = await sendEach(queue, [
    ...idsOfOneSpan(12).map((id) => ({ id })),
    ...idsOfOneSpan(3, '01920000-0200').map((id) => ({ id })),
  ]);
  const { token } = await queue.claim({ count: 15 });
  expect(await shape(queue)).toEqual({ parcels: [12], singles: 3 });
  const again = await queue.claim({ count: 15, token, repeated: true });
  expect(idsOf(again.deliveries)).toEqual(ids);
  const fewer = await queue.claim({ count: 5, token, repeated: true });
  expect(idsOf(fewer.deliveries)).toEqual(ids.slice(0, 5));
  const others = await queue.claim({ count: 15, cursor: fewer.cursor });
  expect(idsOf(others.deliveries)).toEqual(ids.slice(5));
});

test('a lease that runs out makes suspects of them, each for itself', async () => {
  const queue = await declareQueue(db);
  const ids = await send(queue, 12);
  const { deliveries } = await queue.claim({ count: 12 });
  await queue.settle(...deliveries.slice(0, 3).map((each) => done(each)));
  await queue.expireLeases();
  const suspects = await queue.claimSuspects();
  expect(idsOf(suspects.deliveries)).toEqual(ids.slice(3));
  expect(suspects.deliveries.every(({ attempt }) => attempt === 2)).toBe(true);
});
