// A queue's limits over all of its consumers: drains that overlap in this process, as invocations do.
import { describe, expect, test } from 'vitest';
import { type Handler, on } from '#queue/handler.ts';
import { defineQueue, type QueuePolicy } from '#queue/queue.ts';
import { waitUntil } from '../local/wait-until.ts';
import { countStatements } from './intercept.ts';
import { expireLeases } from './move-time.ts';
import { numbered } from './numbered.ts';
import { openQueues } from './open-queues.ts';

async function setup(policy: Partial<QueuePolicy>, handler: Handler<{ n: number }> = () => {}) {
  const subscriptions = [on(numbered, handler)];
  const queues = await openQueues(defineQueue({ name: 'limited', policy, subscriptions }));
  /** Several at once, each with its own view of the time. */
  const drainSixfold = () => Promise.all(Array.from({ length: 6 }, () => queues.drain()));
  return { queues, drainSixfold };
}

const total = (summaries: readonly { done: number }[]) =>
  summaries.reduce((sum, { done }) => sum + done, 0);

describe('an in-flight limit', () => {
  test('is reached and never exceeded by drains that overlap', async () => {
    const seen = { running: 0, most: 0 };
    const { queues, drainSixfold } = await setup({ maxInFlight: 5 }, async () => {
      seen.running += 1;
      seen.most = Math.max(seen.most, seen.running);
      await new Promise(setImmediate);
      seen.running -= 1;
    });
    await queues.enqueueNumbers(300);
    expect(total(await drainSixfold())).toBe(300);
    expect(seen.most).toBe(5);
  });

  test('holds for handlers that the drain could run beside each other', async () => {
    const gate = Promise.withResolvers<void>();
    let started = 0;
    const { queues } = await setup({ maxInFlight: 2, concurrency: 10 }, () => {
      started += 1;
      return gate.promise;
    });
    await queues.enqueueNumbers(5);
    const drained = Promise.all([queues.drain(), queues.drain()]);
    await waitUntil(() => started === 2);
    await queues.drain({ remainingMs: () => 4_000 });
    expect(started).toBe(2);
    gate.resolve();
    expect(total(await drained)).toBe(5);
  });

  test('lets a drain end while others hold all places for longer than it lasts', async () => {
    const { queues } = await setup({ maxInFlight: 1 });
    await queues.enqueueNumbers(2);
    await queues.query(`select millrace.claim('limited', gen_random_uuid(), 1)`);
    const counted = countStatements(queues.database);
    await queues.drain({ database: counted, remainingMs: () => 4_000 });
    expect(counted.statements.length).toBeLessThan(6);
  });

  test('gets the places of a crashed consumer back when its leases end', async () => {
    const { queues } = await setup({ maxInFlight: 3 });
    const ids = await queues.enqueueNumbers(20);
    await queues.query(`select millrace.claim('limited', gen_random_uuid(), 10)`);
    await expireLeases(queues);
    await queues.query(
      `update millrace.in_flight set lease_expires_at = statement_timestamp() - interval '1 second'`,
    );
    expect(await queues.drain()).toMatchObject({ claimed: 20, done: 20 });
    expect(await queues.status(ids[0] ?? '')).toMatchObject({
      deliveries: [{ attempts: [{ outcome: 'expired' }, { outcome: 'done' }] }],
    });
    expect(await queues.query('select from millrace.in_flight')).toEqual([]);
  });
});

describe('a rate limit', () => {
  test('is kept by drains that overlap, which do all there is', async () => {
    const starts: number[] = [];
    const rate = { starts: 200, perSeconds: 1, burst: 40 };
    const { queues, drainSixfold } = await setup({ rate }, () => void starts.push(Date.now()));
    await queues.enqueueNumbers(240);
    const begun = Date.now();
    expect(total(await drainSixfold())).toBe(240);
    expect(starts).toHaveLength(240);
    for (const [n, at] of starts.entries())
      expect(n + 1).toBeLessThanOrEqual(40 + (200 * (at - begun + 1)) / 1000);
    // A second is what it takes; waiting in steps of its own a drain would need more.
    expect(Date.now() - begun).toBeLessThan(10_000);
  });

  test('with a small burst does not make a drain wait longer than for the next start', async () => {
    const rate = { starts: 100, perSeconds: 1, burst: 1 };
    const { queues } = await setup({ rate });
    await queues.enqueueNumbers(100);
    const { done, durationMs } = await queues.drain();
    expect(done).toBe(100);
    expect(durationMs).toBeGreaterThan(950);
    // Looking every quarter of a second it would be 25 s.
    expect(durationMs).toBeLessThan(15_000);
  });

  test('with a large burst is asked a few times a second', async () => {
    const rate = { starts: 500, perSeconds: 1, burst: 500 };
    const { queues } = await setup({ rate });
    await queues.enqueueNumbers(1_000);
    const counted = countStatements(queues.database);
    const { done, durationMs } = await queues.drain({ database: counted });
    expect(done).toBe(1_000);
    // A claim and a settle for each quarter of a second.
    expect(counted.statements.length).toBeLessThan(20 + (durationMs / 250) * 2);
  });

  test('lets a drain end that it would not serve any more', async () => {
    const { queues } = await setup({ rate: { starts: 1, perSeconds: 3_600 } });
    await queues.enqueueNumbers(3);
    expect(await queues.drain()).toMatchObject({ done: 1 });
    expect(await queues.drain()).toMatchObject({ claimed: 0 });
  });

  test('holds for suspects, which wait for their starts', async () => {
    const starts: number[] = [];
    const rate = { starts: 20, perSeconds: 1, burst: 1 };
    const { queues } = await setup({ rate }, () => void starts.push(Date.now()));
    await queues.enqueueNumbers(10);
    for (let n = 0; n < 10; n += 1) {
      await queues.query(`select millrace.claim('limited', gen_random_uuid(), 1)`);
      await queues.query(`update millrace.rate set saved_at = saved_at - interval '1 second'`);
    }
    await expireLeases(queues);
    const begun = Date.now();
    expect(await queues.drain()).toMatchObject({ done: 10 });
    for (const [n, at] of starts.entries())
      expect(n + 1).toBeLessThanOrEqual(1 + (20 * (at - begun + 1)) / 1000 + 1);
  });
});
