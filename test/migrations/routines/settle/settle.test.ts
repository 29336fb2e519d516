import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connections } from '#test/support/sql/connect.ts';
import {
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

/** Enqueues and claims; answers the deliveries under their lease. */
async function claimed(queue: SqlQueue, count: number, options: object = {}): Promise<Delivery[]> {
  await queue.enqueueMany(Array.from({ length: count }, () => options));
  const { deliveries } = await queue.claim({ count });
  if (deliveries.length !== count) throw new Error(`claimed ${deliveries.length} of ${count}`);
  return deliveries;
}

async function claimedOne(queue: SqlQueue, options: object = {}): Promise<Delivery> {
  const [delivery] = await claimed(queue, 1, options);
  if (!delivery) throw new Error('nothing claimed');
  return delivery;
}

const error = { name: 'Error', message: 'broken' };

test('ends a delivery that is done and logs the attempt', async () => {
  const queue = await declareQueue(db);
  const delivery = await claimedOne(queue);
  const report = await queue.settle(done(delivery, { ms: 1_500 }));
  expect(report).toEqual({ settled: 1, repeated: 0, dead: [], stale: [] });
  expect(await queue.rows()).toEqual([]);
  expect(await queue.attempts()).toEqual([{ outcome: 'done', attempt: 1, error: null }]);
  const [times] = await db.query(
    `select extract(epoch from finished_at - started_at)::float8 as seconds
     from millrace.attempt_log where message_id = $1`,
    [delivery.id],
  );
  expect(times).toEqual({ seconds: 1.5 });
});

test('sends a retry back with its error and without its lease', async () => {
  const queue = await declareQueue(db);
  const delivery = await claimedOne(queue);
  await queue.settle(end('retry', delivery, { ms: 5, error, delaySeconds: 30 }));
  const [row] = await queue.rows();
  expect(row).toMatchObject({ status: 'scheduled', attempt: 1, token: null, leaseEndsIn: null });
  expect(row?.dueIn).toBeCloseTo(30, -1);
  expect(await queue.attempts()).toEqual([{ outcome: 'retry', attempt: 1, error }]);
  await queue.makeDue();
  expect(await queue.claimOne()).toMatchObject({ id: delivery.id, attempt: 2 });
});

test('makes a dead letter at once of what is dead', async () => {
  const queue = await declareQueue(db);
  const delivery = await claimedOne(queue);
  const report = await queue.settle(end('dead', delivery, { error }));
  expect(report).toMatchObject({ settled: 1, dead: [delivery.id] });
  expect(await queue.rows()).toEqual([]);
  expect(await queue.deadLetters()).toEqual([{ id: delivery.id, attempts: 1, error }]);
  expect(await queue.attempts()).toEqual([{ outcome: 'dead', attempt: 1, error }]);
});

test('makes a dead letter of a retry whose attempts are used up', async () => {
  const queue = await declareQueue(db, { maxAttempts: 2 });
  const first = await claimedOne(queue);
  expect((await queue.settle(end('retry', first, { error }))).dead).toEqual([]);
  await queue.makeDue();
  const second = await queue.claimOne();
  expect((await queue.settle(end('retry', second, { error }))).dead).toEqual([second.id]);
  expect(await queue.deadLetters()).toEqual([{ id: second.id, attempts: 2, error }]);
  const attempts = await queue.attempts();
  expect(attempts.map(({ outcome }) => outcome)).toEqual(['retry', 'dead']);
});

test.each(['retry', 'dead'])(
  'buries a delivery that dies of %s without an error',
  async (outcome) => {
    const queue = await declareQueue(db, { maxAttempts: 1 });
    const delivery = await claimedOne(queue);
    expect((await queue.settle(end(outcome, delivery))).dead).toEqual([delivery.id]);
    expect(await queue.deadLetters()).toMatchObject([{ id: delivery.id, attempts: 1 }]);
  },
);

test('lets a snooze wait and gives its attempt back', async () => {
  const queue = await declareQueue(db, { maxAttempts: 1 });
  let delivery = await claimedOne(queue);
  for (let n = 0; n < 3; n += 1) {
    await queue.settle(end('snooze', delivery, { delaySeconds: 120 }));
    const [row] = await queue.rows();
    expect(row).toMatchObject({ status: 'scheduled', attempt: 0 });
    expect(row?.dueIn).toBeCloseTo(120, -1);
    await queue.makeDue();
    delivery = await queue.claimOne();
  }
  expect(delivery.attempt).toBe(1);
  expect((await queue.attempts()).map(({ outcome }) => outcome)).toEqual(Array(3).fill('snooze'));
});

test('puts a release back in its place as if it had not been claimed', async () => {
  const queue = await declareQueue(db);
  const [first, second] = await claimed(queue, 2);
  if (!first || !second) throw new Error('nothing claimed');
  await queue.settle(end('release', second));
  await queue.settle(end('release', first));
  expect(await queue.rows()).toMatchObject([
    { id: first.id, status: 'pending', attempt: 0, leaseEndsIn: null },
    { id: second.id, status: 'pending', attempt: 0, leaseEndsIn: null },
  ]);
  expect(await queue.attempts()).toEqual([]);
  const { deliveries } = await queue.claim({ count: 2 });
  expect(deliveries.map(({ id }) => id)).toEqual([first.id, second.id]);
});

test('settles a batch of mixed outcomes in one call', async () => {
  const queue = await declareQueue(db);
  const [a, b, c, d, e] = await claimed(queue, 5);
  if (!a || !b || !c || !d || !e) throw new Error('nothing claimed');
  const report = await queue.settle(
    end('dead', a, { error }),
    done(b),
    end('retry', c, { error }),
    end('snooze', d, { delaySeconds: 1 }),
    end('release', e),
  );
  expect(report).toEqual({ settled: 5, repeated: 0, dead: [a.id], stale: [] });
  const rows = await queue.rows();
  expect(rows.map(({ id, attempt }) => [id, attempt])).toEqual([
    [c.id, 1],
    [d.id, 0],
    [e.id, 0],
  ]);
});

test('settles nothing when given nothing', async () => {
  const queue = await declareQueue(db);
  expect(await queue.settle()).toEqual({ settled: 0, repeated: 0, dead: [], stale: [] });
});

test('refuses the results of a queue that nobody declared', async () => {
  const call = db.query(`select millrace.settle('nobody', '[]')`);
  await expect(call).rejects.toMatchObject({
    code: 'MR006',
    message: expect.stringMatching(/nobody/),
  });
});

test('refuses an outcome that does not exist, and settles none of the batch', async () => {
  const queue = await declareQueue(db);
  const [first, second] = await claimed(queue, 2);
  if (!first || !second) throw new Error('nothing claimed');
  for (const outcome of ['finished', '', null])
    await expect(queue.settle(done(first), { ...done(second), outcome })).rejects.toThrow(
      /outcome/,
    );
  expect(await queue.rows()).toMatchObject([{ status: 'processing' }, { status: 'processing' }]);
});

test('takes only the results of its own queue', async () => {
  const queue = await declareQueue(db);
  const other = await declareQueue(db, { type: queue.type });
  const delivery = await claimedOne(queue);
  expect((await other.settle(done(delivery))).stale).toEqual([delivery.id]);
  expect(await queue.rows()).toMatchObject([{ status: 'processing' }]);
  expect(await other.rows()).toMatchObject([{ status: 'pending' }]);
});

test('ends each delivery once when two calls settle the same batch', async () => {
  const queue = await declareQueue(db);
  const deliveries = await claimed(queue, 200);
  const outcomes = ['done', 'retry', 'dead', 'snooze'];
  const results = deliveries.map((delivery, n) =>
    end(outcomes[n % 4] ?? '', delivery, { error, delaySeconds: 5 }),
  );
  const clients = await connections(db, 4);
  const reports = await Promise.all(clients.map((client) => queue.on(client).settle(...results)));
  const sum = (key: 'settled' | 'repeated') =>
    reports.reduce((total, { [key]: n }) => total + n, 0);
  expect(sum('settled')).toBe(200);
  expect(sum('repeated')).toBe(600);
  expect(reports.flatMap(({ stale }) => stale)).toEqual([]);
  expect(await queue.attempts()).toHaveLength(200);
  expect(await queue.rows()).toHaveLength(100);
  expect(await queue.deadLetters()).toHaveLength(50);
});

test('extends the leases that are held and names them', async () => {
  const queue = await declareQueue(db, { leaseSeconds: 50 });
  const [held, lost, gone] = await claimed(queue, 3);
  if (!held || !lost || !gone) throw new Error('nothing claimed');
  await queue.expireLeases();
  await queue.settle(done(gone));
  const leases = [held, { ...lost, token: randomUUID() }, gone];
  expect(await queue.extend(...leases)).toEqual([held.id]);
  const [first, second] = await queue.rows();
  expect(first?.leaseEndsIn).toBeCloseTo(50, -1);
  expect(second?.leaseEndsIn).toBeLessThan(0);
  expect(await queue.extend()).toEqual([]);
});

test('does not extend what was released', async () => {
  const queue = await declareQueue(db);
  const delivery = await claimedOne(queue);
  await queue.settle(end('release', delivery));
  expect(await queue.extend(delivery)).toEqual([]);
  expect(await queue.rows()).toMatchObject([{ status: 'pending' }]);
});
