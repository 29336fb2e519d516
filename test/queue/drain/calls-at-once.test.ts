// Several calls of a queue may be under way at once: what that makes faster, and what it must not break.
import { performance } from 'node:perf_hooks';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Database } from '#queue/database.ts';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { expireLeases } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { exchangeOf, intercept, nearby } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { waitUntil } from '#test/support/wait-until.ts';

async function setup(policy: Partial<QueuePolicy> = {}, handler?: Handler<{ n: number }>) {
  const seen: number[] = [];
  const counting: Handler<{ n: number }> = async (message, context) => {
    seen.push(message.payload.n);
    await handler?.(message, context);
  };
  const queue = defineQueue({ name: 'plain', policy, subscriptions: [on(numbered, counting)] });
  return { queues: await openQueues(queue), seen };
}

/** Counts how many calls are under way at once, at most. */
function countAtOnce(database: Database) {
  const counts = { now: 0, most: 0 };
  const counted = intercept(database, async (statement, run) => {
    if (!exchangeOf(statement)) return run();
    counts.now += 1;
    counts.most = Math.max(counts.most, counts.now);
    return run().finally(() => {
      counts.now -= 1;
    });
  });
  return { counts, counted };
}

const utilization = performance.eventLoopUtilization.bind(performance);

/** How much of the time in which this process has something to do it is to find that it had a processor. */
function giveProcessor(share: number) {
  // Both clocks tell the same moment: they are read one after the other, and on a busy machine time passes in between.
  let sampled: ReturnType<typeof utilization> | undefined;
  vi.spyOn(process, 'cpuUsage').mockImplementation(() => {
    sampled = utilization();
    return { user: sampled.active * share * 1_000, system: 0 };
  });
  vi.spyOn(performance, 'eventLoopUtilization').mockImplementation(() => {
    const same = sampled ?? utilization();
    sampled = undefined;
    return same;
  });
}

// Whatever else runs on the machine.
beforeEach(() => giveProcessor(1));

describe('calls at once', () => {
  test('keep handlers busy while one of them waits for the database', async () => {
    const { queues, seen } = await setup();
    const gate = Promise.withResolvers<void>();
    let calls = 0;
    const database = intercept(queues.database, async (statement, run) => {
      if (exchangeOf(statement)) calls += 1;
      // The first finds out that there is more; the second does not come back.
      if (calls === 2 && exchangeOf(statement)) await gate.promise;
      return run();
    });
    await queues.enqueueNumbers(2_000);
    const drained = queues.drain({ database });
    await waitUntil(() => seen.length === 2_000);
    gate.resolve();
    expect(await drained).toMatchObject({ claimed: 2_000, done: 2_000 });
    expect(new Set(seen).size).toBe(2_000);
  });

  test('are made of a backlog, and never more', async () => {
    const { queues } = await setup();
    const { counts, counted } = countAtOnce(queues.database);
    await queues.enqueueNumbers(2_000);
    expect(await queues.drain({ database: nearby(counted) })).toMatchObject({ done: 2_000 });
    expect(counts.most).toBe(3);
  });

  test('are nine when the database is far away', async () => {
    const { queues } = await setup({ batchSize: 20 });
    const nineUnderWay = Promise.withResolvers<void>();
    let calls = 0;
    const far = intercept(queues.database, async (statement, run) => {
      if (!exchangeOf(statement)) return run();
      calls += 1;
      if (counts.now === 9) nineUnderWay.resolve();
      // By the first ones the drain is to notice. None of the others comes back before the ninth is made.
      if (calls <= 6) await new Promise((resolve) => setTimeout(resolve, 50));
      else await nineUnderWay.promise;
      return run();
    });
    const { counts, counted } = countAtOnce(far);
    await queues.enqueueNumbers(2_000);
    expect(await queues.drain({ database: counted })).toMatchObject({ done: 2_000 });
    expect(counts.most).toBe(9);
  });

  test('are no more because this process has other things to do when the first answers come', async () => {
    const { queues } = await setup();
    const { counts, counted } = countAtOnce(queues.database);
    let answers = 0;
    const busy = intercept(nearby(counted), async (statement, run) => {
      const rows = await run();
      if (exchangeOf(statement) && ++answers <= 6) {
        const until = performance.now() + 20;
        while (performance.now() < until);
      }
      return rows;
    });
    await queues.enqueueNumbers(4_000);
    expect(await queues.drain({ database: busy })).toMatchObject({ done: 4_000 });
    expect(counts.most).toBe(3);
  });

  test('are two where processors are short, however far away the database seems to be', async () => {
    giveProcessor(0.4);
    const { queues } = await setup();
    const { counts, counted } = countAtOnce(queues.database);
    const slow = intercept(counted, async (_, run) => {
      // The time on the way, as from far away.
      await new Promise((resolve) => setTimeout(resolve, 20));
      return run();
    });
    await queues.enqueueNumbers(2_000);
    expect(await queues.drain({ database: slow })).toMatchObject({ done: 2_000 });
    expect(counts.most).toBe(2);
  });

  test('are enough for the results of the last one, when they have become fewer meanwhile', async () => {
    const { queues } = await setup();
    const near = nearby(queues.database);
    const counts = { calls: 0, underWay: 0, empty: 0 };
    const database = intercept(queues.database, async (statement, run) => {
      const { query } = near;
      const exchange = exchangeOf(statement);
      if (!exchange) return run();
      const call = ++counts.calls;
      counts.underWay += 1;
      // Only the first of them are far away.
      if (call <= 6) await new Promise((resolve) => setTimeout(resolve, 20));
      const rows = await (call <= 6 ? run() : query(statement.text, statement.parameters));
      if (exchange.wanted > 0 && !Object(rows[0]).ids) counts.empty += 1;
      // This one comes back when all others have come to the end.
      if (call === 10) await waitUntil(() => counts.empty > 0 && counts.underWay === 1);
      counts.underWay -= 1;
      return rows as never;
    });
    await queues.enqueueNumbers(4_000);
    expect(await queues.drain({ database })).toMatchObject({ done: 4_000 });
  });

  test('are shared by queues that are drained side by side', async () => {
    const subscriptions = [on(numbered, async () => {})];
    const names = ['one', 'two', 'three'];
    const queues = await openQueues(...names.map((name) => defineQueue({ name, subscriptions })));
    const { counts, counted } = countAtOnce(queues.database);
    await queues.enqueueNumbers(1_000);
    expect(await queues.drain({ database: nearby(counted) })).toMatchObject({ done: 3_000 });
    // The last two may have two each.
    expect(counts.most).toBeLessThanOrEqual(4);
  });

  test.each([
    ['of what one may hold', {}, 15],
    ['of a queue with an in-flight limit', { maxInFlight: 500 }, 2_000],
    ['of a queue with a rate limit', { rate: { starts: 100_000, perSeconds: 1 } }, 2_000],
  ])('are not made %s', async (_, policy, count) => {
    const { queues } = await setup(policy);
    const { counts, counted } = countAtOnce(queues.database);
    await queues.enqueueNumbers(count);
    expect(await queues.drain({ database: counted })).toMatchObject({ done: count });
    expect(counts.most).toBe(1);
  });

  test('end together: what one brings after the other has failed is not started', async () => {
    const { queues, seen } = await setup();
    const failed = Promise.withResolvers<void>();
    let calls = 0;
    const database = intercept(queues.database, async (statement, run) => {
      if (exchangeOf(statement)) calls += 1;
      if (!exchangeOf(statement) || calls === 1) return run();
      if (calls > 2) {
        failed.resolve();
        throw Object.assign(new Error('invalid page'), { code: 'XX001' });
      }
      const rows = await run();
      await failed.promise;
      return rows;
    });
    await queues.enqueueNumbers(500);
    await expect(queues.drain({ database })).rejects.toThrow('invalid page');
    const firstClaim = 20;
    expect(seen).toHaveLength(firstClaim);
    await expireLeases(queues);
    await queues.drain();
    expect(await queues.statuses()).toEqual({ done: 500 });
  });

  test('are not made of results that trickle in', async () => {
    // The work itself: one result every 60 ms.
    const handlerMs = 60;
    const { queues } = await setup(
      { concurrency: 1, batchSize: 100 },
      () => new Promise((resolve) => setTimeout(resolve, handlerMs)),
    );
    let calls = 0;
    const database = intercept(queues.database, async (statement, run) => {
      const exchange = exchangeOf(statement);
      if (exchange?.ids.length) calls += 1;
      // A slow answer, after which the callers would not wake at the same moment by themselves.
      if (exchange?.ids.length === 0) await new Promise((resolve) => setTimeout(resolve, 125));
      return run();
    });
    await queues.enqueueNumbers(30);
    const startedAt = performance.now();
    expect(await queues.drain({ database })).toMatchObject({ done: 30 });
    // One for each quarter of a second, however many callers wait, and one at each end.
    expect(calls).toBeLessThanOrEqual((performance.now() - startedAt) / 250 + 2);
  });
});
