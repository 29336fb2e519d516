// A database that refuses: what a drain leaves behind when it cannot go on.
import { describe, expect, test } from 'vitest';
import { type Handler, type HandlerContext, on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { expireLeases, makeDue } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { exchangeOf, intercept } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const outOfOrder = () => Object.assign(new Error('invalid page'), { code: 'XX001' });

/** A queue with three handlers at once, and another one beside it. */
async function setup(handler: Handler<{ n: number }>, other: Handler<{ n: number }> = () => {}) {
  const policy = { concurrency: 3 };
  const queues = await openQueues(
    defineQueue({ name: 'failing', policy, subscriptions: [on(numbered, handler)] }),
    defineQueue({ name: 'other', subscriptions: [on(numbered, other)] }),
  );
  const state = { isFailing: false };
  const database = intercept(queues.database, (statement, run) => {
    const isRefused = state.isFailing && exchangeOf(statement)?.queue === 'failing';
    return isRefused ? Promise.reject(outOfOrder()) : run();
  });
  return { queues, database, state };
}

describe('a lane that fails', () => {
  test('starts nothing any more, and stops what runs', async () => {
    const gate = Promise.withResolvers<void>();
    const contexts: HandlerContext[] = [];
    const { queues, database, state } = await setup((_, context) => {
      contexts.push(context);
      return contexts.length === 1 ? gate.promise : new Promise(() => {});
    });
    await queues.enqueueNumbers(50);
    const drained = queues.drain({ database });
    await waitUntil(() => contexts.length === 3);
    state.isFailing = true;
    gate.resolve();
    await expect(drained).rejects.toThrow('invalid page');
    const started = contexts.length;
    // One more in the place of the one that has finished.
    expect(started).toBeLessThanOrEqual(4);
    for (const { signal } of contexts.slice(1)) expect(signal.aborted).toBe(true);
    // Whatever was on its way has had its turn.
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(contexts).toHaveLength(started);
  });

  test('does not end the others', async () => {
    const seen: number[] = [];
    const { queues, database, state } = await setup(
      () => {},
      ({ payload }) => void seen.push(payload.n),
    );
    await queues.enqueueNumbers(300);
    state.isFailing = true;
    await expect(queues.drain({ database })).rejects.toThrow('invalid page');
    expect(seen).toHaveLength(300);
    expect((await queues.statuses()).done).toBe(300);
  });

  test('leaves deliveries that come back when their leases end, one attempt later', async () => {
    const attempts: number[] = [];
    const { queues, database, state } = await setup((_, { attempt }) => {
      attempts.push(attempt);
      if (attempt === 1) state.isFailing = true;
    });
    await queues.enqueueNumbers(5);
    await expect(queues.drain({ database })).rejects.toThrow('invalid page');
    state.isFailing = false;
    expect(await queues.drain({ database })).toMatchObject({ done: 0, claimed: 0 });
    await expireLeases(queues);
    await makeDue(queues);
    expect(await queues.drain({ database })).toMatchObject({ claimed: 5, done: 5 });
    expect(attempts.slice(-5)).toEqual([2, 2, 2, 2, 2]);
    expect(await queues.statuses()).toEqual({ done: 10 });
  });
});
