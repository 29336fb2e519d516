// For how long what a claim hands out had been due.
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { type Claim, declareQueue, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const error = { name: 'Error', message: 'broken' };

/** As if all that waits had been due so much earlier. */
const dueEarlier = ({ name }: SqlQueue, by: string) =>
  db.query(
    `update millrace.delivery d set available_at = d.available_at - $2::interval
     from millrace.queue q where q.id = d.queue_id and q.name = $1`,
    [name, by],
  );

/** In whole seconds, since the test takes some milliseconds itself. */
const secondsOf = ({ deliveries }: Claim) =>
  deliveries.map(({ waitedMs }) => waitedMs && Math.floor(waitedMs / 1000));

test.each([
  ['a queue without limits', {}],
  ['a queue with limits', { maxInFlight: 10 }],
])('is told in milliseconds: %s', async (_, policy) => {
  const queue = await declareQueue(db, policy);
  await queue.enqueue();
  await dueEarlier(queue, '40 days');
  await queue.enqueue();
  await dueEarlier(queue, '7.5 seconds');
  const { deliveries } = await queue.claim({ count: 2 });
  const [older, newer] = deliveries.map(({ waitedMs }) => waitedMs ?? 0);
  expect(newer).toBeGreaterThanOrEqual(7_500);
  expect(newer).toBeLessThan(60_000);
  expect(older).toBeGreaterThanOrEqual(40 * 86_400_000 + 7_500);
  expect(Number.isInteger(newer)).toBe(true);
});

test('counts from the time at which a delayed one, or a retry, was due', async () => {
  const queue = await declareQueue(db);
  await queue.enqueue({ delaySeconds: 600 });
  await dueEarlier(queue, '610 seconds');
  const delayed = await queue.claim();
  expect(secondsOf(delayed)).toEqual([10]);
  const [delivery] = delayed.deliveries;
  if (!delivery) throw new Error('nothing was claimed');
  await queue.settle(end('retry', delivery, { error, delaySeconds: 100 }));
  await dueEarlier(queue, '120 seconds');
  expect(secondsOf(await queue.claim())).toEqual([20]);
});

test('is told again by a claim whose answer was lost', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany(Array(3).fill({}));
  await dueEarlier(queue, '30 seconds');
  const { token } = await queue.claim({ count: 3 });
  const again = await queue.claim({ count: 2, token, repeated: true });
  expect(secondsOf(again)).toEqual([30, 30]);
});

test('is null for suspects, which others have had before', async () => {
  const queue = await declareQueue(db);
  await queue.enqueue();
  await queue.claim();
  await queue.expireLeases();
  expect(secondsOf(await queue.claimSuspects())).toEqual([null]);
});
