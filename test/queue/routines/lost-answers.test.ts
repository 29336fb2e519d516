// Answers that are lost after the database has committed. The real statements run; what is injected is the
// loss, and the engine calls again.
import { describe, expect, test } from 'vitest';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { reject, snooze } from '#queue/declare/ways-out.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { retryTransient } from '#queue/routines/retry-transient.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { expireLeases, partAll } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { intercept, loseAnswers, loseEveryFirst } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const setup = (handler: Handler<{ n: number }>, policy: Partial<QueuePolicy> = {}) =>
  openQueues(defineQueue({ name: 'plain', policy, subscriptions: [on(numbered, handler)] }));

describe.each(['answer', 'request'] as const)('with the first %s of every call lost', (what) => {
  test('each message is handled once and spends one attempt', async () => {
    const seen: number[] = [];
    const queues = await setup(({ payload }) => void seen.push(payload.n), { batchSize: 50 });
    await queues.enqueueNumbers(200);
    const database = loseEveryFirst(queues.database, what);
    expect(await queues.drain({ database })).toMatchObject({ claimed: 200, done: 200, stale: 0 });
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n));
    const rows = await queues.query(
      'select attempt, outcome, count(*)::integer from millrace.attempt_log group by attempt, outcome',
    );
    expect(rows).toEqual([{ attempt: 1, outcome: 'done', count: 200 }]);
  });

  test('every outcome is counted, logged and stored once', async () => {
    const queues = await setup(
      ({ payload: { n } }, { enqueue }) => {
        if (n === 0) snooze(60);
        if (n === 1) reject('no use');
        if (n < 10) throw new Error('failed');
        enqueue(numbered, { n: 0 }, { delaySeconds: 60 });
      },
      { maxAttempts: 2 },
    );
    const ids = await queues.enqueueNumbers(20);
    await partAll(queues);
    await queues.query('update millrace.delivery set attempt = 1 where message_id = any ($1)', [
      ids.slice(5, 10),
    ]);
    const database = loseEveryFirst(queues.database, what);
    const { durationMs, ...summary } = await queues.drain({ database });
    expect(summary).toEqual({
      claimed: 20,
      done: 10,
      retried: 3,
      snoozed: 1,
      dead: 6,
      released: 0,
      stale: 0,
    });
    expect(await queues.statuses()).toEqual({ done: 10, dead: 6, scheduled: 14 });
    const messages = queues.log.lines.map(({ message }) => message);
    expect(messages.filter((message) => message === 'dead letter')).toHaveLength(6);
    expect(messages.filter((message) => message === 'attempt failed')).toHaveLength(3);
  });

  test('suspects are handled once each', async () => {
    const seen: number[] = [];
    const queues = await setup(({ payload }, { attempt }) => void seen.push(payload.n + attempt));
    await queues.enqueueNumbers(5);
    await queues.query(`select millrace.claim('plain', gen_random_uuid(), 5)`);
    await expireLeases(queues);
    const database = loseEveryFirst(queues.database, what);
    expect(await queues.drain({ database })).toMatchObject({ claimed: 5, done: 5 });
    expect(seen).toEqual([2, 3, 4, 5, 6]);
  });

  test('what time is too short for is released once', async () => {
    const started = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const handler = () => {
      started.resolve();
      return gate.promise;
    };
    const queues = await setup(handler, { concurrency: 1 });
    await queues.enqueueNumbers(5);
    let remaining = 60_000;
    const database = loseEveryFirst(queues.database, what);
    const drained = queues.drain({ database, remainingMs: () => remaining });
    await started.promise;
    remaining = 3_000;
    await waitUntil(async () => (await queues.statuses()).pending === 4);
    gate.resolve();
    const { claimed, released } = await drained;
    expect(claimed - released).toBe(1);
    expect(await queues.statuses()).toEqual({ pending: 4, done: 1 });
    const spent = await queues.query('select max(attempt)::integer as most from millrace.delivery');
    expect(spent).toEqual([{ most: 0 }]);
  });

  test('messages are stored once', async () => {
    const queues = await setup(() => {});
    const messages = Array.from({ length: 10 }, (_, n) => ({
      id: uuidV7(),
      type: numbered.name,
      payload: { n },
    }));
    const database = loseEveryFirst(queues.database, what);
    const call = () => enqueueMessages(database, messages);
    const enqueued = await retryTransient(call, { budgetMs: 5_000 });
    expect(enqueued).toEqual(
      messages.map(({ id, type }) => ({ id, type, status: 'pending', duplicate: false })),
    );
    expect(await queues.statuses()).toEqual({ pending: 10 });
  });
});

test('a lease whose extension went unanswered is not taken for lost', async () => {
  const gate = Promise.withResolvers<void>();
  let signal: AbortSignal | undefined;
  const queues = await setup(
    (_, context) => {
      signal = context.signal;
      return gate.promise;
    },
    { leaseSeconds: 5 },
  );
  await queues.enqueueNumbers(1);
  let extended = 0;
  const lossy = loseAnswers(queues.database, 'extend');
  const database = intercept(lossy, async ({ text }, run) => {
    const rows = await run();
    if (text.includes('millrace.extend(')) extended += 1;
    return rows;
  });
  const drained = queues.drain({ database });
  await waitUntil(() => extended === 1);
  expect(signal?.aborted).toBe(false);
  gate.resolve();
  expect(await drained).toMatchObject({ done: 1, stale: 0 });
});
