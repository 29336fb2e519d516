import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type BatchHandler, type BatchOutcome, onBatch } from '#queue/declare/batch-handler.ts';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { reject, snooze } from '#queue/declare/ways-out.ts';
import { numbered } from '#test/support/numbered.ts';
import { invocationClock } from '#test/support/queue/invocation-clock.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { untilAborted } from '#test/support/queue/until-aborted.ts';
import { waitUntil } from '#test/support/wait-until.ts';

type Numbered = BatchHandler<{ n: number }>;

const followUp = defineMessageType({ name: 'test.follow_up', payload: z.number() });

async function setup(size: number, handler: Numbered, policy: Partial<QueuePolicy> = {}) {
  const batch = onBatch(numbered, size, handler);
  const queues = await openQueues(
    defineQueue({ name: 'batches', policy, subscriptions: [batch] }),
    defineQueue({ name: 'follow-ups', subscriptions: [on(followUp, () => {})] }),
  );
  return queues;
}

const allDone = { retried: 0, snoozed: 0, dead: 0, released: 0, stale: 0 };

describe('a batch handler', () => {
  test.each([0, 1001, 1.5, NaN])('is not declared with %d messages at once', (size) => {
    expect(() => onBatch(numbered, size, () => {})).toThrow(TypeError);
  });

  test('gets so many messages at once, each once', async () => {
    const sizes: number[] = [];
    const seen: number[] = [];
    const queues = await setup(25, (items) => {
      sizes.push(items.length);
      seen.push(...items.map(({ message }) => message.payload.n));
    });
    await queues.enqueueNumbers(500);
    expect(await queues.drain()).toMatchObject({ ...allDone, claimed: 500, done: 500 });
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, n) => n));
    expect(Math.max(...sizes)).toBe(25);
    expect(sizes.length).toBeLessThan(40);
  });

  test('counts as one of the handlers that run at once', async () => {
    const gate = Promise.withResolvers<void>();
    let running = 0;
    let most = 0;
    const handler: Numbered = async () => {
      running += 1;
      most = Math.max(most, running);
      await gate.promise;
      running -= 1;
    };
    const queues = await setup(10, handler, { concurrency: 2 });
    await queues.enqueueNumbers(100);
    const drained = queues.drain();
    await waitUntil(() => running === 2);
    gate.resolve();
    await drained;
    expect(most).toBe(2);
  });

  test('ends each message with an outcome of its own', async () => {
    const outcomes: BatchOutcome[] = [
      'done',
      { retry: new Error('later') },
      { retry: 'soon', afterSeconds: 1000 },
      { reject: 'no use' },
      { snoozeSeconds: 60 },
    ];
    const queues = await setup(10, (items) => {
      for (const { message, enqueue } of items) enqueue(followUp, message.payload.n);
      return items.map(({ message }) => outcomes[message.payload.n] ?? 'done');
    });
    const ids = await queues.enqueueNumbers(5);
    const counts = { done: 2, retried: 2, dead: 1, snoozed: 1 };
    expect(await queues.drain()).toMatchObject({ claimed: 6, ...counts });
    const ends = await Promise.all(ids.map((id) => queues.status(id)));
    expect(ends.map(({ deliveries }) => deliveries[0]?.attempts)).toMatchObject([
      [{ outcome: 'done' }],
      [{ outcome: 'retry', error: { message: 'later' } }],
      [{ outcome: 'retry', error: { name: 'RetryAfter', message: 'soon' } }],
      [{ outcome: 'dead', error: { name: 'Rejected', message: 'no use' } }],
      [{ outcome: 'snooze' }],
    ]);
    const stored = await queues.query('select payload from millrace.message where type = $1', [
      followUp.name,
    ]);
    expect(stored).toEqual([{ payload: 0 }]);
  });

  test.each<[string, Numbered]>([
    ['throws', () => JSON.parse('{')],
    ['rejects its promise', () => Promise.reject(new Error('failed'))],
    ['gives too few outcomes', (items) => items.slice(1).map(() => 'done' as const)],
    ['gives no list', () => 5 as unknown as undefined],
    ['does not end in time', (_, { signal }) => untilAborted(signal)],
  ])('that %s retries them all', async (_, handler) => {
    const queues = await setup(10, handler, { timeoutSeconds: 0.2 });
    await queues.enqueueNumbers(7);
    expect(await queues.drain()).toMatchObject({ claimed: 7, retried: 7 });
    expect(await queues.statuses()).toEqual({ scheduled: 7 });
  });

  test.each<[string, Numbered, object]>([
    ['rejects', () => reject('no use'), { dead: 4 }],
    ['snoozes', () => snooze(60), { snoozed: 4 }],
  ])('that %s as a whole does so for each', async (_, handler, expected) => {
    const queues = await setup(10, handler);
    await queues.enqueueNumbers(4);
    expect(await queues.drain()).toMatchObject({ claimed: 4, ...expected });
  });

  test('retries all whose follow-ups are checked for ever', async () => {
    const stuck = defineMessageType({
      name: 'test.stuck',
      payload: z.unknown().refine(() => new Promise(() => {})),
    });
    const { remainingMs, run } = invocationClock();
    const handler: Numbered = (items) => {
      for (const { message, enqueue } of items) if (message.payload.n < 3) enqueue(stuck, 1);
      run(2_500);
    };
    const queues = await setup(10, handler, { timeoutSeconds: 0.2 });
    await queues.enqueueNumbers(7);
    expect(await queues.drain({ remainingMs })).toMatchObject({ claimed: 7, retried: 3, done: 4 });
  });

  test('does not get what does not fit its schema, the others it does', async () => {
    const seen: number[] = [];
    const queues = await setup(10, (items) => {
      seen.push(...items.map(({ message }) => message.payload.n));
    });
    await queues.enqueueNumbers(3);
    await queues.enqueue(numbered, { n: 'three' as unknown as number });
    expect(await queues.drain()).toMatchObject({ claimed: 4, done: 3, dead: 1 });
    expect(seen).toEqual([0, 1, 2]);
  });

  test('whose follow-ups are refused fails those messages alone', async () => {
    const queues = await setup(10, (items) => {
      for (const { message, enqueue } of items)
        enqueue(followUp, message.payload.n, { priority: message.payload.n + 5 });
    });
    await queues.enqueueNumbers(10);
    expect(await queues.drain()).toMatchObject({ claimed: 15, done: 10, retried: 5 });
  });

  test('cannot enqueue for a message once it has returned', async () => {
    let late: (() => unknown) | undefined;
    const queues = await setup(10, ([item]) => {
      late = () => item?.enqueue(followUp, 1);
    });
    await queues.enqueueNumbers(1);
    await queues.drain();
    expect(() => late?.()).toThrow('enqueue was called after the handler had returned');
  });

  test('that loses some of its leases ends the others', async () => {
    const queues = await setup(10, async (_, { database }) => {
      await database.query(
        `update millrace.delivery set lease_token = gen_random_uuid()
         where message_id = (select message_id from millrace.delivery limit 1)`,
      );
    });
    await queues.enqueueNumbers(6);
    expect(await queues.drain()).toMatchObject({ claimed: 6, done: 5, stale: 1 });
  });
});
