import { describe, expect, test } from 'vitest';
import { type Handler, type HandlerContext, on } from '#queue/declare/handler.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { InvocationEnded } from '#queue/errors.ts';
import { expireLeases } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { countStatements } from '#test/support/queue/intercept.ts';
import { invocationClock } from '#test/support/queue/invocation-clock.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { untilAborted } from '#test/support/queue/until-aborted.ts';
import { waitUntil } from '#test/support/wait-until.ts';

/** A queue, and an invocation whose end the test moves. */
async function setup(handler: Handler<{ n: number }>, policy: Partial<QueuePolicy> = {}) {
  const queue = defineQueue({ name: 'plain', policy, subscriptions: [on(numbered, handler)] });
  const queues = await openQueues(queue);
  const clock = { remainingMs: 60_000, looks: 0 };
  const remainingMs = () => {
    clock.looks += 1;
    return clock.remainingMs;
  };
  const drain = () => queues.drain({ remainingMs });
  return { queues, clock, drain };
}

const forever = new Promise<never>(() => {});

describe('when time is short', () => {
  test('a drain that begins then claims nothing', async () => {
    const { queues } = await setup(() => {});
    await queues.enqueueNumbers(5);
    const database = countStatements(queues.database);
    const remainingMs = () => 3_000;
    expect(await queues.drain({ database, remainingMs })).toMatchObject({ claimed: 0 });
    expect(database.statements).toHaveLength(1);
  });

  test('what has not started is released, and what runs may finish', async () => {
    const gate = Promise.withResolvers<void>();
    const seen: [number, number][] = [];
    const { queues, clock, drain } = await setup(
      async ({ payload }, { attempt }) => {
        seen.push([payload.n, attempt]);
        await gate.promise;
      },
      { concurrency: 1 },
    );
    await queues.enqueueNumbers(50);
    const drained = drain();
    await waitUntil(() => seen.length === 1);
    clock.remainingMs = 3_000;
    await waitUntil(async () => (await queues.statuses()).pending === 49);
    gate.resolve();
    const { claimed, released, ...others } = await drained;
    expect(others).toMatchObject({ done: 1, retried: 0, dead: 0, stale: 0 });
    expect(released).toBe(claimed - 1);
    expect(released).toBeGreaterThan(0);
    expect(await queues.query('select from millrace.attempt_log')).toHaveLength(1);

    clock.remainingMs = 60_000;
    expect(await drain()).toMatchObject({ claimed: 49, done: 49 });
    // In any order: several calls claim what the second drain handles.
    const inOrder = seen.toSorted(([a], [b]) => a - b);
    expect(inOrder).toEqual(Array.from({ length: 50 }, (_, n) => [n, 1]));
  });

  test('no handler is started that takes longer than what is left', async () => {
    let started = 0;
    const { queues, clock, drain } = await setup(
      async ({ id }, { database }) => {
        started += 1;
        // The work itself, which the engine must learn to expect.
        await database.query('select pg_sleep(0.3), $1::uuid', [id]);
        // Enough for a handler that takes no time.
        clock.remainingMs = 3_700;
      },
      { concurrency: 5 },
    );
    await queues.enqueueNumbers(50);
    expect(await drain()).toMatchObject({ done: 5, retried: 0 });
    expect(started).toBe(5);
  });

  test('handlers that timed out say nothing about the time that others need', async () => {
    const { queues, clock, drain } = await setup(
      ({ payload }, { signal }) => {
        if (payload.n > 0) return;
        clock.remainingMs = 3_700;
        return untilAborted(signal);
      },
      { concurrency: 2, timeoutSeconds: 0.3 },
    );
    await queues.enqueueNumbers(1000);
    expect(await drain()).toMatchObject({ done: 999, retried: 1, released: 0 });
  });
});

describe('when time is up', () => {
  test('what still runs is aborted and settled as failed', async () => {
    const contexts: HandlerContext[] = [];
    const { queues, clock, drain } = await setup((_, context) => {
      contexts.push(context);
      return forever;
    });
    const [id = ''] = await queues.enqueueNumbers(3);
    const drained = drain();
    await waitUntil(() => contexts.length === 3);
    expect(contexts[0]?.signal.aborted).toBe(false);
    clock.remainingMs = 1_500;
    expect(await drained).toMatchObject({ claimed: 3, retried: 3 });
    for (const { signal } of contexts) expect(signal.reason).toBeInstanceOf(InvocationEnded);
    const error = { name: 'InvocationEnded' };
    const { deliveries } = await queues.status(id);
    expect(deliveries).toMatchObject([{ attempts: [{ outcome: 'retry', error }] }]);
  });

  test('the drain has returned, with handlers that never end', async () => {
    let started = 0;
    const { remainingMs, run } = invocationClock();
    const { queues } = await setup(() => {
      started += 1;
      return forever;
    });
    await queues.enqueueNumbers(500);
    const drained = queues.drain({ remainingMs });
    await waitUntil(() => started === 10);
    run(2_500);
    const summary = await drained;
    expect(remainingMs()).toBeGreaterThan(0);
    expect(summary).toMatchObject({ retried: 10, released: summary.claimed - 10 });
    expect(await queues.statuses()).toEqual({ scheduled: 10, pending: 490 });
  });

  test('the drain has failed, with a database that does not answer', async () => {
    const started = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const { queues } = await setup(() => {
      started.resolve();
      return gate.promise;
    });
    await queues.enqueueNumbers(1);
    const { remainingMs, run } = invocationClock();
    const drained = queues.drain({ remainingMs });
    await started.promise;
    await queues.query('begin; select from millrace.delivery for update');
    run(2_500);
    gate.resolve();
    await expect(drained).rejects.toThrow(Error);
    expect(remainingMs()).toBeGreaterThan(0);
    await queues.query('rollback');
  });
});

describe('the time kept for suspects', () => {
  test('is not taken from handlers that run already', async () => {
    const gate = Promise.withResolvers<void>();
    const started: string[] = [];
    const signals: AbortSignal[] = [];
    const { queues, clock, drain } = await setup(async ({ id }, { signal }) => {
      started.push(id);
      signals.push(signal);
      await gate.promise;
    });
    const [suspect = ''] = await queues.enqueueNumbers(1);
    await queues.query(`select millrace.claim('plain', gen_random_uuid(), 1)`);
    await expireLeases(queues);
    const [fresh = ''] = await queues.enqueueNumbers(1);
    const drained = drain();
    await waitUntil(() => started.length === 1);
    const { looks } = clock;
    clock.remainingMs = 20_000;
    await waitUntil(() => clock.looks > looks + 10);
    expect(signals[0]?.aborted).toBe(false);
    gate.resolve();
    expect(await drained).toMatchObject({ retried: 0 });
    expect(started.slice(0, 2)).toEqual([fresh, suspect]);
  });
});
