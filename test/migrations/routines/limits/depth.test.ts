// A depth limit: an enqueue that would leave more live deliveries in a queue is turned away.
import { describe, expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { connections } from '#test/support/sql/connect.ts';
import { enqueueOne, keyed, replacing } from '#test/support/sql/keyed.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { refusalOf } from '#test/support/sql/refusal.ts';
import {
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);

async function withDepth(maxDepth: number, count = maxDepth, policy: object = {}) {
  const queue = await declareQueue(db, { maxDepth, ...policy });
  await queue.enqueueMany(Array.from({ length: count }, () => ({})));
  return queue;
}

const depthOf = async (queue: SqlQueue) => (await queue.rows()).length;
const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;

describe('an enqueue', () => {
  test('is taken up to the limit, and turned away beyond it as a whole', async () => {
    const queue = await withDepth(5, 2);
    expect(await refusalOf(queue.enqueueMany([{}, {}, {}, {}]))).toEqual({
      code: 'MR008',
      message: `queue "${queue.name}" is full`,
      index: 0,
      pointer: '/type',
    });
    expect(await depthOf(queue)).toBe(2);
    await queue.enqueueMany([{}, {}, {}]);
    expect(await codeOf(queue.enqueue())).toBe('MR008');
    expect(await depthOf(queue)).toBe(5);
    expect(
      await db.query('select from millrace.message where type = $1', [queue.type]),
    ).toHaveLength(5);
  });

  test('is told the first message for the queue that is full', async () => {
    const queue = await withDepth(1);
    const other = await declareQueue(db);
    const batch = [{ type: other.type }, { type: other.type }, {}, {}];
    expect(await refusalOf(queue.enqueueMany(batch))).toMatchObject({ code: 'MR008', index: 2 });
    expect(await depthOf(other)).toBe(0);
  });

  test('is turned away when one of several queues of its type is full', async () => {
    const queue = await withDepth(1);
    const wide = await declareQueue(db, { type: queue.type, maxDepth: 100 });
    expect(await codeOf(queue.enqueue())).toBe('MR008');
    expect(await depthOf(wide)).toBe(0);
  });

  test.each([
    ['scheduled', { delaySeconds: 60 }],
    ['blocked', { groupKey: 'g' }],
  ])('counts what is %s, too', async (_, options) => {
    const queue = await withDepth(3, 0);
    await queue.enqueueMany([options, options, options]);
    expect(await codeOf(queue.enqueue(options))).toBe('MR008');
  });

  test('is taken again when deliveries have ended', async () => {
    const queue = await withDepth(3);
    const { deliveries } = await queue.claim({ count: 3 });
    const [first, second, third] = deliveries as [Delivery, Delivery, Delivery];
    expect(await codeOf(queue.enqueue())).toBe('MR008');
    await queue.settle(done(first), end('retry', second, { error: {} }));
    await queue.settle(end('dead', third, { error: {} }));
    await queue.enqueueMany([{}, {}]);
    expect(await codeOf(queue.enqueue())).toBe('MR008');
  });
});

describe('a full queue', () => {
  test('answers an enqueue that is repeated, also when it has more than its limit by now', async () => {
    const queue = await declareQueue(db, { maxDepth: 2 });
    const batch = [{ id: uuidV7() }, { id: uuidV7() }];
    const answers = await queue.enqueueMany(batch);
    expect(await queue.enqueueMany(batch)).toEqual(answers);
    await overfill(queue);
    expect(await queue.enqueueMany(batch)).toEqual(answers);
  });

  test('answers an idempotency key that it knows', async () => {
    const queue = await declareQueue(db, { maxDepth: 1 });
    const first = await enqueueOne(queue, keyed());
    await overfill(queue);
    expect(await enqueueOne(queue, keyed())).toEqual({ ...first, duplicate: true });
    expect(await codeOf(queue.enqueueMany([keyed(), { idempotencyKey: 'new' }]))).toBe('MR008');
  });

  test('lets a message take the place of one that waits', async () => {
    const queue = await declareQueue(db, { maxDepth: 1 });
    await enqueueOne(queue, replacing());
    const second = await enqueueOne(queue, replacing({ payload: 2 }));
    expect(await queue.rows()).toMatchObject([{ id: second.id }]);
    await queue.claimOne();
    expect(await codeOf(queue.enqueueMany([replacing({ payload: 3 })]))).toBe('MR008');
  });

  test('takes follow-ups, since what caused them is done', async () => {
    const queue = await withDepth(1);
    const source = await declareQueue(db);
    await source.enqueue();
    const { type } = queue;
    const enqueue = [{ type }, { type, groupKey: 'g' }, keyed({ type })];
    expect(await source.settle(done(await source.claimOne(), { enqueue }))).toMatchObject({
      settled: 1,
    });
    expect(await depthOf(queue)).toBe(4);
  });

  test('takes back what is redriven or replayed', async () => {
    const queue = await withDepth(1);
    const delivery = await queue.claimOne();
    await queue.settle(end('dead', delivery, { error: {} }));
    const next = await queue.enqueue();
    expect(await operator.redrive({ queue: queue.name })).toMatchObject({ redriven: 1 });
    await operator.cancel(next);
    expect(await operator.replay(next)).toEqual({ queues: [queue.name] });
    expect(await depthOf(queue)).toBe(2);
  });

  /** Sends a follow-up into it. */
  async function overfill(queue: SqlQueue): Promise<void> {
    const source = await declareQueue(db);
    await source.enqueue();
    await source.settle(done(await source.claimOne(), { enqueue: [{ type: queue.type }] }));
  }
});

test('enqueues at the same moment overshoot by no more than what they bring', async () => {
  const queue = await withDepth(100, 90);
  const clients = await connections(db, 20);
  const codes = await Promise.all(
    clients.map((client) => codeOf(queue.on(client).enqueueMany([{}, {}, {}]))),
  );
  const taken = codes.filter((code) => code === 'none').length;
  expect(taken).toBeGreaterThanOrEqual(3);
  expect(await depthOf(queue)).toBe(90 + 3 * taken);
  expect(await codeOf(queue.enqueueMany(Array(11).fill({})))).toBe('MR008');
});

test('a queue without a limit is never full', async () => {
  await withDepth(1);
  const queue = await declareQueue(db);
  await queue.enqueueMany(Array(1_000).fill({}));
  expect(await queue.enqueue()).toBeTruthy();
});
