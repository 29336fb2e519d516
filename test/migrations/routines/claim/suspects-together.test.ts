// How many suspects are handled side by side: fewer with each lease that they lose, in the end one.
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { declareQueue, done, end } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

/** A queue whose deliveries were claimed by a consumer that is gone. */
async function withSuspects(count: number, policy: object = {}) {
  const queue = await declareQueue(db, policy);
  await queue.enqueueMany(Array(count).fill({}));
  const { deliveries } = await queue.claim({ count });
  await queue.expireLeases();
  return { queue, ids: deliveries.map(({ id }) => id) };
}

/** How many of 210 suspects come together, for the first of them and each of its attempts, until it dies. */
async function sizesOfGroups(maxAttempts: number): Promise<[attempt: number, together: number][]> {
  const { queue, ids } = await withSuspects(210, { maxAttempts });
  const sizes: [number, number][] = [];
  for (let isDead = false; !isDead; ) {
    const group = await queue.claimSuspects();
    const alone = group.deliveries.length > 0 ? group : await queue.claimSuspects({ alone: true });
    isDead = group.dead.includes(ids[0] ?? '');
    const own = alone.deliveries.find(({ id }) => id === ids[0]);
    if (own) sizes.push([own.attempt, alone.deliveries.length]);
    // What is not beside it is of no interest.
    if (own) await queue.expireLeases();
    else await queue.settle(...alone.deliveries.map((each) => done(each)));
  }
  return sizes;
}

test.each([
  { maxAttempts: 1, sizes: [[1, 1]] },
  { maxAttempts: 2, sizes: [[2, 1]] },
  {
    maxAttempts: 3,
    sizes: [
      [2, 200],
      [3, 1],
    ],
  },
  {
    maxAttempts: 4,
    sizes: [
      [2, 200],
      [3, 8],
      [4, 1],
    ],
  },
  {
    maxAttempts: 5,
    sizes: [
      [2, 200],
      [3, 8],
      [4, 1],
      [5, 1],
    ],
  },
  {
    maxAttempts: 6,
    sizes: [
      [2, 200],
      [3, 8],
      [4, 1],
      [5, 1],
      [6, 1],
    ],
  },
])(
  'gives smaller groups with each lost lease, and the last attempt alone: $maxAttempts attempts',
  async ({ maxAttempts, sizes }) => {
    expect(await sizesOfGroups(maxAttempts)).toEqual(sizes);
  },
);

test('keeps apart what has lost more leases and what has lost fewer, the larger group first', async () => {
  const { queue, ids } = await withSuspects(2, { maxAttempts: 5 });
  await queue.claimSuspects();
  await queue.expireLeases();
  const [{ id: younger = '' } = {}] = await queue.enqueueMany([{}]);
  await queue.claimOne();
  await queue.expireLeases();
  const idsOf = async () => (await queue.claimSuspects()).deliveries.map(({ id }) => id);
  expect(await idsOf()).toEqual([younger]);
  expect(await idsOf()).toEqual(ids);
});

test('tries once more, alone, what has lost its last attempt among others', async () => {
  const { queue, ids } = await withSuspects(2, { maxAttempts: 2 });
  await db.query('update millrace.delivery set attempt = 2');
  const { deliveries } = await queue.claimSuspects({ alone: true });
  expect(deliveries).toMatchObject([{ id: ids[0], attempt: 2 }]);
  await queue.settle(...deliveries.map((each) => done(each)));
  expect(await queue.attempts(ids[0])).toMatchObject([
    { outcome: 'expired', attempt: 2 },
    { outcome: 'done', attempt: 2 },
  ]);
});

test('forgets lost leases when the delivery is settled, but not when it is released', async () => {
  const { queue, ids } = await withSuspects(3, { retryBaseSeconds: 0 });
  const { deliveries } = await queue.claimSuspects();
  const outcomes = ['retry', 'snooze', 'release'];
  const ends = deliveries.map((each, n) =>
    end(outcomes[n] ?? '', each, { error: {}, delaySeconds: 0 }),
  );
  await queue.settle(...ends);
  const fresh = await queue.claim({ count: 10 });
  expect(fresh.deliveries.map(({ id, attempt }) => [id, attempt]).toSorted()).toEqual(
    [
      [ids[0], 3],
      [ids[1], 2],
    ].toSorted(),
  );
  const again = await queue.claimSuspects();
  expect(again.deliveries).toMatchObject([{ id: ids[2], attempt: 2 }]);
  expect(await queue.attempts(ids[2])).toHaveLength(1);
});
