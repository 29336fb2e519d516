import { expect, test } from 'vitest';
import { queueDetail } from '#queue/operate/queue-stats.ts';
import { createDatabase } from '#test/support/database.ts';
import { declareQueue, done, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const error = { name: 'Error', message: 'broken' };

async function detailOf({ name }: SqlQueue) {
  const detail = await queueDetail(db.database, name);
  if (!detail) throw new Error('no such queue');
  return detail;
}

const retrying = async (queue: SqlQueue) => (await detailOf(queue)).retrying;

test('shows the policy and the types of a queue beside its stats', async () => {
  const plain = await declareQueue(db);
  const limits = { maxInFlight: 4, maxDepth: 100, rateStarts: 10, rateSeconds: 0.5, rateBurst: 20 };
  const limited = await declareQueue(db, {
    ...limits,
    ratePerKeyStarts: 1,
    ratePerKeySeconds: 2,
    ratePerKeyBurst: 3,
    groupConcurrency: 2,
    deadBlocksGroup: true,
    fair: true,
  });
  await plain.enqueue();
  expect(await detailOf(plain)).toMatchObject({
    name: plain.name,
    depth: { pending: 1 },
    types: [plain.type],
    policy: {
      engine: 'postgres',
      leaseSeconds: 60,
      maxAttempts: 3,
      retryBaseSeconds: 10,
      retryMaximumSeconds: 3600,
      groupConcurrency: 1,
      deadBlocksGroup: false,
      fair: false,
      maxInFlight: null,
      maxInFlightPerKey: null,
      maxDepth: null,
      rateLimit: null,
      rateLimitPerKey: null,
    },
  });
  expect((await detailOf(limited)).policy).toMatchObject({
    groupConcurrency: 2,
    deadBlocksGroup: true,
    fair: true,
    maxInFlight: 4,
    maxDepth: 100,
    rateLimit: { starts: 10, seconds: 0.5, burst: 20 },
    rateLimitPerKey: { starts: 1, seconds: 2, burst: 3 },
  });
});

test('shows what carries the deliveries', async () => {
  const queue = await declareQueue(db, { engine: 'sqs-fifo' });
  expect((await detailOf(queue)).policy.engine).toBe('sqs-fifo');
});

test('is null for a name that no queue has', async () => {
  expect(await queueDetail(db.database, 'nowhere')).toBeUndefined();
});

test('counts as retrying what waits after a failure or during a snooze, and nothing else', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany([...Array(5).fill({}), { delaySeconds: 600 }]);
  const { deliveries } = await queue.claim({ count: 5 });
  expect(await retrying(queue)).toBe(0);
  const [finished, failed, snoozed, released, running] = deliveries;
  if (!finished || !failed || !snoozed || !released || !running) throw new Error('too few');
  await queue.settle(
    done(finished),
    end('retry', failed, { error, delaySeconds: 600 }),
    end('snooze', snoozed, { delaySeconds: 600 }),
    end('release', released),
  );
  expect(await detailOf(queue)).toMatchObject({
    depth: { pending: 1, processing: 1, scheduled: 3 },
    retrying: 2,
  });
  // Due again, the failed one waits for a further attempt; the snooze is over.
  await queue.makeDue();
  expect(await retrying(queue)).toBe(1);
  // A lease that ran out is an attempt spent.
  await db.query(
    'update millrace.delivery set lease_expires_at = statement_timestamp() where message_id = $1',
    [running.id],
  );
  expect(await retrying(queue)).toBe(2);
});

test('a snooze that is settled again, since its answer was lost, changes nothing', async () => {
  const queue = await declareQueue(db);
  await queue.enqueue();
  const snooze = end('snooze', await queue.claimOne(), { delaySeconds: 600 });
  await queue.settle(snooze);
  expect(await queue.settle(snooze)).toMatchObject({ settled: 0, repeated: 1, stale: [] });
  expect([await retrying(queue), (await queue.attempts()).length]).toEqual([1, 1]);
});

test('says that more may be retrying than it has counted', async () => {
  const queue = await declareQueue(db);
  await db.query(
    `insert into millrace.delivery (message_id, queue_id, available_at, attempt)
     select gen_random_uuid(), q.id, statement_timestamp() + interval '1 hour', n % 2
     from millrace.queue q, generate_series(1, 10001) as n
     where q.name = $1`,
    [queue.name],
  );
  expect(await detailOf(queue)).toMatchObject({
    depth: { scheduled: 10_000 },
    retrying: 5_000,
    capped: ['scheduled', 'retrying'],
  });
});
