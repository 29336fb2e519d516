// Queues with limits of their own, as drains keep to them.
import { describe, expect, test } from 'vitest';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { expireLeases } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { countStatements } from '#test/support/queue/intercept.ts';
import { invocationClock } from '#test/support/queue/invocation-clock.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const lane = (name: string, handler: Handler<{ n: number }>, policy: Partial<QueuePolicy> = {}) =>
  defineQueue({ name, policy, subscriptions: [on(numbered, handler)] });

describe('an in-flight limit', () => {
  test('holds for all drains together, and everything is handled', async () => {
    const limit = 4;
    let running = 0;
    let most = 0;
    const isReached = Promise.withResolvers<void>();
    const handler: Handler<{ n: number }> = async (_, { database }) => {
      running += 1;
      most = Math.max(most, running);
      if (running === limit) isReached.resolve();
      await isReached.promise;
      // Work during which the other drains may claim.
      await database.query('select');
      running -= 1;
    };
    const queues = await openQueues(lane('limited', handler, { maxInFlight: limit }));
    await queues.enqueueNumbers(100);
    const summaries = await Promise.all([queues.drain(), queues.drain(), queues.drain()]);
    expect(summaries.reduce((sum, { done }) => sum + done, 0)).toBe(100);
    expect(most).toBe(limit);
  });

  test('holds for suspects, in groups and alone', async () => {
    const running = new Map([
      ['groups', 0],
      ['alone', 0],
    ]);
    const most = new Map(running);
    const handler: Handler<{ n: number }> = async (_, { queue, database }) => {
      const now = (running.get(queue) ?? 0) + 1;
      running.set(queue, now);
      most.set(queue, Math.max(most.get(queue) ?? 0, now));
      // Work during which others may start.
      await database.query('select');
      running.set(queue, (running.get(queue) ?? 0) - 1);
    };
    const queues = await openQueues(
      lane('groups', handler, { maxInFlight: 3 }),
      lane('alone', handler, { maxInFlight: 3, maxAttempts: 1 }),
    );
    await queues.enqueueNumbers(12);
    await queues.query('update millrace.queue set max_in_flight = 12');
    for (const name of ['groups', 'alone'])
      await queues.query('select millrace.claim($1, gen_random_uuid(), 12)', [name]);
    await queues.query('update millrace.queue set max_in_flight = 3');
    await queues.query('update millrace.in_flight set lease_expires_at = now()');
    await expireLeases(queues);
    expect(await queues.drain()).toMatchObject({ claimed: 24, done: 24 });
    expect(Object.fromEntries(most)).toEqual({ groups: 3, alone: 1 });
  });

  test('of one does not stand in the way of suspects', async () => {
    const queues = await openQueues(lane('limited', () => {}, { maxInFlight: 1 }));
    await queues.enqueueNumbers(3);
    await queues.query(`select millrace.claim('limited', gen_random_uuid(), 1)`);
    await queues.query('update millrace.in_flight set lease_expires_at = now()');
    await expireLeases(queues);
    expect(await queues.drain()).toMatchObject({ claimed: 3, done: 3 });
    expect(await queues.query('select from millrace.in_flight')).toEqual([]);
  });
});

test('a limit by key holds for all drains together, and what ends lets the next of its key start at once', async () => {
  const limit = 2;
  const running = new Map<number, number>();
  let most = 0;
  const handler: Handler<{ n: number }> = async ({ payload: { n } }, { database }) => {
    const now = (running.get(n % 3) ?? 0) + 1;
    running.set(n % 3, now);
    most = Math.max(most, now);
    // Work during which the other drains may claim.
    await database.query('select');
    running.set(n % 3, (running.get(n % 3) ?? 0) - 1);
  };
  const queues = await openQueues(
    lane('limited', handler, { fair: true, maxInFlightPerKey: limit }),
  );
  await queues.query(
    `select millrace.enqueue_many(jsonb_agg(jsonb_build_object(
       'type', $1::text, 'payload', jsonb_build_object('n', n), 'fairnessKey', 'key ' || n % 3
     )))
     from generate_series(1, 60) as n`,
    [numbered.name],
  );
  const summaries = await Promise.all([queues.drain(), queues.drain()]);
  expect(summaries.reduce((sum, { done }) => sum + done, 0)).toBe(60);
  expect(most).toBe(limit);
});

describe('a rate limit by key', () => {
  const setup = async (ratePerKey: object, handler: Handler<{ n: number }>, keys = 2) => {
    const policy = { fair: true, ratePerKey: { perSeconds: 1, ...ratePerKey } } as QueuePolicy;
    const queues = await openQueues(lane('limited', handler, policy));
    const enqueue = (count: number) =>
      queues.query(
        `select millrace.enqueue_many(jsonb_agg(jsonb_build_object(
           'type', $1::text, 'payload', jsonb_build_object('n', n), 'fairnessKey', 'key ' || n % $3
         )))
         from generate_series(0, $2::integer - 1) as n`,
        [numbered.name, count, keys],
      );
    return { ...queues, enqueue };
  };

  test('spreads the starts of each key over the time, within one drain', async () => {
    const startedAt = new Map<number, number[]>();
    const queues = await setup({ starts: 20, burst: 1 }, ({ payload: { n } }) => {
      startedAt.set(n % 2, [...(startedAt.get(n % 2) ?? []), performance.now()]);
    });
    await queues.enqueue(20);
    const begunAt = performance.now();
    expect(await queues.drain()).toMatchObject({ claimed: 20, done: 20 });
    // The first start of each key is at once, and the last one is the ninth twentieth of a second after it.
    for (const times of startedAt.values())
      expect(Math.max(...times) - begunAt).toBeGreaterThan(400);
  });

  test('is waited for by a drain that finds nothing due yet', async () => {
    let handled = 0;
    const queues = await setup({ starts: 5, burst: 1 }, () => {
      handled += 1;
    });
    await queues.enqueue(4);
    // Another consumer, which has the first start of each key.
    await queues.query(`select millrace.claim('limited', gen_random_uuid(), 10)`);
    expect(await queues.drain()).toMatchObject({ claimed: 2, done: 2 });
    expect(handled).toBe(2);
  });

  test('keeps no other key waiting while a drain waits for the next start', async () => {
    const seen: number[] = [];
    const queues = await setup({ starts: 1, perSeconds: 600 }, ({ payload: { n } }) => {
      seen.push(n);
    });
    await queues.enqueue(1);
    await queues.enqueue(1);
    let remainingMs = 1_000_000;
    const drained = queues.drain({ remainingMs: () => remainingMs });
    await waitUntil(() => seen.length === 1);
    await queues.enqueue(2);
    await waitUntil(() => seen.length === 2);
    remainingMs = 0;
    expect(await drained).toMatchObject({ done: 2 });
    expect(seen).toEqual([0, 1]);
  });

  test('holds for suspects, which have starts in the drain that meets them', async () => {
    const seen: string[] = [];
    const queues = await setup(
      { starts: 10, burst: 1 },
      ({ payload: { n } }, { attempt }) => void seen.push(`${n} ${attempt}`),
      1,
    );
    await queues.enqueue(4);
    await queues.query(`select millrace.claim('limited', gen_random_uuid(), 4)`);
    await expireLeases(queues);
    expect(await queues.drain()).toMatchObject({ done: 4 });
    expect(seen.toSorted()).toEqual(['0 2', '1 1', '2 1', '3 1']);
  });
});

describe('a rate limit', () => {
  test('spreads the starts over the time', async () => {
    const startedAt: number[] = [];
    const handler = () => void startedAt.push(performance.now());
    const rate = { starts: 20, perSeconds: 1, burst: 1 };
    const queues = await openQueues(lane('limited', handler, { rate }));
    await queues.enqueueNumbers(20);
    const begunAt = performance.now();
    expect(await queues.drain()).toMatchObject({ claimed: 20, done: 20 });
    // Nothing is saved up before the first claim, so the last start is the nineteenth twentieth of a second after it.
    expect(Math.max(...startedAt) - begunAt).toBeGreaterThan(900);
  });

  test('that leaves nothing to start in the time left ends the drain at once', async () => {
    const rate = { starts: 1, perSeconds: 3600 };
    const queues = await openQueues(lane('limited', () => {}, { rate }));
    await queues.enqueueNumbers(10);
    const database = countStatements(queues.database);
    const { remainingMs, run } = invocationClock();
    run();
    expect(await queues.drain({ database, remainingMs })).toMatchObject({ claimed: 1, done: 1 });
    expect(remainingMs()).toBeGreaterThan(30_000);
    expect(database.statements.length).toBeLessThan(10);
    expect(await queues.statuses()).toEqual({ done: 1, pending: 9 });
  });

  test('does not keep other queues waiting, nor suspects', async () => {
    const seen: string[] = [];
    const handler: Handler<{ n: number }> = (_, { queue, attempt }) =>
      void seen.push(`${queue} ${attempt}`);
    const rate = { starts: 1, perSeconds: 3600 };
    const queues = await openQueues(lane('limited', handler, { rate }), lane('other', handler));
    await queues.enqueueNumbers(2);
    await queues.query(`select millrace.claim('other', gen_random_uuid(), 1)`);
    await expireLeases(queues);
    const { remainingMs, run } = invocationClock(30_000);
    run();
    await queues.drain({ remainingMs });
    expect(seen.toSorted()).toEqual(['limited 1', 'other 1', 'other 2']);
  });
});
