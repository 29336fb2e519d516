import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { untilBlocked } from '#test/support/sql/blocked.ts';
import { connect } from '#test/support/sql/connect.ts';
import {
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

const outcomes = ['done', 'retry', 'dead', 'snooze', 'release', 'unknown'];
const details = { ms: 1, error: { name: 'Error', message: 'broken' }, delaySeconds: 60 };

async function claimedOne(queue: SqlQueue, options: object = {}): Promise<Delivery> {
  await queue.enqueue(options);
  return queue.claimOne();
}

/** Lets the lease run out and another consumer claim the delivery. */
async function takenOver(queue: SqlQueue): Promise<Delivery> {
  await queue.expireLeases();
  const [delivery] = (await queue.claimSuspect()).deliveries;
  if (!delivery) throw new Error('no suspect');
  return delivery;
}

/** Everything that a settle could change, of one queue. */
async function stateOf(queue: SqlQueue) {
  const rows = (await queue.rows()).map(({ leaseEndsIn, dueIn, ...row }) => ({
    ...row,
    isLeased: leaseEndsIn !== null,
    isDue: dueIn <= 0,
  }));
  return { rows, attempts: await queue.attempts(), dead: await queue.deadLetters() };
}

test.each(outcomes)(
  'changes nothing and reports stale a %s whose lease was taken over',
  async (outcome) => {
    const queue = await declareQueue(db);
    const late = await claimedOne(queue);
    const holder = await takenOver(queue);
    const before = await stateOf(queue);
    const enqueue = [{ type: queue.type }];
    const report = await queue.settle(end(outcome, late, { ...details, enqueue }));
    expect(report).toEqual({ settled: 0, repeated: 0, dead: [], stale: [late.id] });
    expect(await stateOf(queue)).toEqual(before);
    expect((await queue.settle(done(holder))).settled).toBe(1);
  },
);

test.each(outcomes)(
  'settles a %s whose lease ran out when nobody else has claimed it',
  async (outcome) => {
    const queue = await declareQueue(db);
    const delivery = await claimedOne(queue);
    await queue.expireLeases();
    const report = await queue.settle(end(outcome, delivery, details));
    expect(report).toMatchObject({ settled: 1, stale: [] });
  },
);

test.each(outcomes)(
  'changes nothing when a %s is repeated, and tells it from a stale one',
  async (outcome) => {
    const queue = await declareQueue(db);
    const delivery = await claimedOne(queue);
    const result = end(outcome, delivery, details);
    expect(await queue.settle(result)).toMatchObject({ settled: 1, repeated: 0 });
    const before = await stateOf(queue);
    const dead = outcome === 'dead' ? [result.id] : [];
    for (let n = 0; n < 2; n += 1)
      expect(await queue.settle(result)).toEqual({ settled: 0, repeated: 1, dead, stale: [] });
    expect(await stateOf(queue)).toEqual(before);
  },
);

test.each(['retry', 'snooze'])('knows a repeated %s after the next claim, too', async (outcome) => {
  const queue = await declareQueue(db);
  const delivery = await claimedOne(queue);
  const result = end(outcome, delivery, details);
  await queue.settle(result);
  await queue.makeDue();
  await queue.claimOne();
  const before = await stateOf(queue);
  expect(await queue.settle(result)).toMatchObject({ settled: 0, repeated: 1, stale: [] });
  expect(await stateOf(queue)).toEqual(before);
});

test('changes nothing when a release is repeated after the next claim', async () => {
  const queue = await declareQueue(db);
  const delivery = await claimedOne(queue);
  await queue.settle(end('release', delivery));
  await queue.claimOne();
  const before = await stateOf(queue);
  expect(await queue.settle(end('release', delivery))).toMatchObject({ settled: 0 });
  expect(await stateOf(queue)).toEqual(before);
});

test('takes no other outcome after the first', async () => {
  const queue = await declareQueue(db);
  for (const first of outcomes) {
    const delivery = await claimedOne(queue);
    await queue.settle(end(first, delivery, details));
    const before = await stateOf(queue);
    for (const second of outcomes)
      expect(await queue.settle(end(second, delivery, details))).toMatchObject({ settled: 0 });
    expect(await stateOf(queue)).toEqual(before);
    await db.query('delete from millrace.delivery where message_id = $1', [delivery.id]);
  }
});

test.each(['no delivery', 'no lease', 'another token'])('reports %s as stale', async (missing) => {
  const queue = await declareQueue(db);
  const id = await queue.enqueue();
  if (missing === 'another token') await queue.claimOne();
  if (missing === 'no delivery')
    await db.query('delete from millrace.delivery where message_id = $1', [id]);
  const report = await queue.settle({ id, token: randomUUID(), outcome: 'done' });
  expect(report).toEqual({ settled: 0, repeated: 0, dead: [], stale: [id] });
});

test.each(outcomes)(
  'tells the claims of one delivery apart when a batch holds both as %s',
  async (outcome) => {
    const queue = await declareQueue(db);
    const late = await claimedOne(queue);
    const holder = await takenOver(queue);
    const [stale, current] = ['from the stale one', 'from the holder'].map((payload) => ({
      ...details,
      enqueue: [{ type: queue.type, payload }],
    }));
    const report = await queue.settle(
      end(outcome, late, stale),
      end(outcome, holder, current),
      end(outcome, late, stale),
    );
    expect(report).toMatchObject({ settled: 1, stale: [late.id, late.id] });
    const stored = await db.query(
      'select payload from millrace.message where type = $1 and id <> $2',
      [queue.type, late.id],
    );
    expect(stored).toEqual(outcome === 'done' ? [{ payload: 'from the holder' }] : []);
  },
);

test.each(outcomes)('counts a %s that a batch holds twice once', async (outcome) => {
  const queue = await declareQueue(db);
  const delivery = await claimedOne(queue);
  const result = end(outcome, delivery, details);
  expect(await queue.settle(result, result)).toMatchObject({ settled: 1, repeated: 1, stale: [] });
  expect(await queue.attempts()).toHaveLength(outcome === 'release' ? 0 : 1);
});

test('fences what succeeded alike, told in a group or by itself', async () => {
  const queue = await declareQueue(db);
  const late = await claimedOne(queue);
  const holder = await takenOver(queue);
  const stale = { settled: 0, repeated: 0, dead: [], stale: [late.id] };
  expect(await queue.settle(done(late))).toEqual(stale);
  expect(await queue.settleEach(done(late))).toEqual(stale);
  expect(await queue.settleEach(done(holder))).toMatchObject({ settled: 1 });
  const repeated = { settled: 0, repeated: 1, dead: [], stale: [] };
  expect(await queue.settle(done(holder))).toEqual(repeated);
  expect(await queue.settleEach(done(holder))).toEqual(repeated);
  expect(await queue.attempts()).toMatchObject([{ outcome: 'expired' }, { outcome: 'done' }]);
});

test('lets a settle win over a claim of the lost lease that comes at the same moment', async () => {
  const queue = await declareQueue(db);
  const delivery = await claimedOne(queue);
  await queue.expireLeases();
  const consumer = await connect(db);
  await consumer.query('begin');
  await queue.on(consumer).settle(done(delivery));
  expect((await queue.claimSuspect()).deliveries).toEqual([]);
  await consumer.query('commit');
  expect(await queue.attempts()).toMatchObject([{ outcome: 'done' }]);
});

test('lets a claim of the lost lease win over a settle that comes at the same moment', async () => {
  const queue = await declareQueue(db);
  const late = await claimedOne(queue);
  await queue.expireLeases();
  const [consumer, slow] = [await connect(db), await connect(db)];
  await consumer.query('begin');
  const [holder] = (await queue.on(consumer).claimSuspect()).deliveries;
  const settling = queue.on(slow).settle(done(late));
  await untilBlocked(db);
  await consumer.query('commit');
  expect((await settling).stale).toEqual([late.id]);
  expect(await queue.rows()).toMatchObject([{ token: holder?.token, attempt: 2 }]);
});
