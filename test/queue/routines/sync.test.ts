import { expect, test } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { numbered } from '#test/support/numbered.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

async function syncedQueue(policy: Partial<QueuePolicy>) {
  const subscriptions = [on(numbered, () => {})];
  const { query } = await openQueues(defineQueue({ name: 'synced', policy, subscriptions }));
  const [row] = await query(
    `select lease_seconds, max_attempts, retry_base_seconds, retry_maximum_seconds, group_concurrency,
       dead_blocks_group, max_in_flight, max_depth, rate_starts, rate_seconds, rate_burst, engine, is_fair, max_in_flight_per_key,
       rate_per_key_starts, rate_per_key_seconds, rate_per_key_burst
     from millrace.queue`,
  );
  return row;
}

test('the database has each part of a policy that it goes by', async () => {
  const policy = {
    leaseSeconds: 11,
    maxAttempts: 12,
    retryBaseSeconds: 0.5,
    retryMaximumSeconds: 14.5,
    groupConcurrency: 15,
    deadBlocksGroup: true,
    maxInFlight: 16,
    maxInFlightPerKey: 21,
    maxDepth: 17,
    rate: { starts: 18, perSeconds: 19.5, burst: 20 },
    ratePerKey: { starts: 22, perSeconds: 23.5, burst: 24 },
    fair: true,
  };
  expect(await syncedQueue(policy)).toEqual({
    lease_seconds: 11,
    max_attempts: 12,
    retry_base_seconds: 0.5,
    retry_maximum_seconds: 14.5,
    group_concurrency: 15,
    dead_blocks_group: true,
    max_in_flight: 16,
    max_in_flight_per_key: 21,
    max_depth: 17,
    rate_starts: 18,
    rate_seconds: 19.5,
    rate_burst: 20,
    rate_per_key_starts: 22,
    rate_per_key_seconds: 23.5,
    rate_per_key_burst: 24,
    engine: 'postgres',
    is_fair: true,
  });
  expect(await syncedQueue({ engine: 'sqs-fifo' })).toMatchObject({ engine: 'sqs-fifo' });
});

test('limits that a policy does not give are none', async () => {
  expect(await syncedQueue({})).toMatchObject({
    dead_blocks_group: false,
    max_in_flight: null,
    max_in_flight_per_key: null,
    max_depth: null,
    rate_starts: null,
    rate_seconds: null,
    rate_burst: null,
    rate_per_key_starts: null,
    rate_per_key_seconds: null,
    rate_per_key_burst: null,
    is_fair: false,
  });
});

test("a rate's burst is its starts unless it is given", async () => {
  expect(await syncedQueue({ rate: { starts: 18, perSeconds: 1 } })).toMatchObject({
    rate_starts: 18,
    rate_burst: 18,
  });
});
