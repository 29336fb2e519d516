import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { declareQueue, end } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

/** Where, between 0 and the wait that the attempt's backoff allows at most, each of many deliveries is due. */
async function drawn(attempt: number, base: number, maximum: number): Promise<number[]> {
  const queue = await declareQueue(db, {
    maxAttempts: 1_000,
    retryBaseSeconds: base,
    retryMaximumSeconds: maximum,
  });
  await queue.enqueueMany(Array(300).fill({}));
  await queue.part();
  await db.query(
    `update millrace.delivery set attempt = $2
     where queue_id = (select q.id from millrace.queue q where q.name = $1)`,
    [queue.name, attempt - 1],
  );
  const { deliveries } = await queue.claim({ count: 300 });
  await queue.settle(...deliveries.map((delivery) => end('retry', delivery, { error: {} })));
  const waits = await db.query<{ seconds: number }>(
    `select extract(epoch from d.available_at - a.finished_at)::float8 as seconds
     from millrace.delivery d
     join millrace.attempt_log a on a.message_id = d.message_id
     join millrace.queue q on q.id = d.queue_id
     where q.name = $1`,
    [queue.name],
  );
  return waits.map(({ seconds }) => seconds);
}

test.each([
  { attempt: 1, base: 10, maximum: 3_600, most: 10 },
  { attempt: 2, base: 10, maximum: 3_600, most: 20 },
  { attempt: 5, base: 10, maximum: 3_600, most: 160 },
  { attempt: 10, base: 10, maximum: 3_600, most: 3_600 },
  { attempt: 999, base: 86_400, maximum: 604_800, most: 604_800 },
  { attempt: 4, base: 100, maximum: 7, most: 7 },
])(
  'draws the wait after attempt $attempt from the upper half of $most s',
  async ({ attempt, base, maximum, most }) => {
    const waits = await drawn(attempt, base, maximum);
    expect(waits).toHaveLength(300);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(most / 2 - 1e-5);
    expect(Math.max(...waits)).toBeLessThanOrEqual(most + 1e-5);
    // What failed together does not come back together: the draws fill the range.
    expect(Math.min(...waits)).toBeLessThan(most * 0.55);
    expect(Math.max(...waits)).toBeGreaterThan(most * 0.95);
    expect(new Set(waits).size).toBeGreaterThan(250);
  },
);

test('does not wait when the queue has no backoff', async () => {
  expect(Math.max(...(await drawn(3, 0, 3_600)))).toBe(0);
});

test('makes a dead letter of attempt 1,000 of 1,000', async () => {
  const queue = await declareQueue(db, { maxAttempts: 1_000 });
  const id = await queue.enqueue();
  await db.query('update millrace.delivery set attempt = 999 where message_id = $1', [id]);
  const delivery = await queue.claimOne();
  expect(delivery.attempt).toBe(1_000);
  expect((await queue.settle(end('retry', delivery, { error: {} }))).dead).toEqual([id]);
});

test('lets the consumer name the wait', async () => {
  const queue = await declareQueue(db);
  await queue.enqueue();
  await queue.settle(end('retry', await queue.claimOne(), { error: {}, delaySeconds: 0 }));
  expect(await queue.claimOne()).toMatchObject({ attempt: 2 });
});
