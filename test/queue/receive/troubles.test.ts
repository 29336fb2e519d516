// The database refuses something, loses answers or is away, and time runs out: what is not settled comes back.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { connectionLost, intercept, loseAnswers } from '#test/support/queue/intercept.ts';
import { invocationClock } from '#test/support/queue/invocation-clock.ts';
import { again, openReceiving, sqsQueue } from '#test/support/queue/receiving.ts';
import { untilAborted } from '#test/support/queue/until-aborted.ts';

const other = defineMessageType({ name: 'test.other', payload: z.unknown() });
const undeclared = defineMessageType({ name: 'test.undeclared', payload: z.unknown() });
const second = defineQueue({ name: 'second', subscriptions: [on(other, () => {})] });
const away = { query: () => Promise.reject(connectionLost()) };

test('a result that the database refuses is retried, and the others are settled', async () => {
  const queue = sqsQueue(({ payload: { n } }, { enqueue }) => {
    enqueue(n === 1 ? undeclared : other, n);
  });
  const { handle, copies, attempts, statuses } = await openReceiving(queue, second);
  const batch = copies(3);
  const { gone, hidden } = await handle(batch);
  expect(gone).toEqual([0, 2]);
  expect(hidden[1]).toBeGreaterThan(1700);
  expect(batch[1] && (await attempts(batch[1]))).toMatchObject([{ outcome: 'retry' }]);
  expect(await statuses(), 'with the follow-ups of those alone').toMatchObject({
    done: 2,
    pending: 2,
  });
});

test('answers that are lost are asked for again: follow-ups are there once', async () => {
  const queue = sqsQueue(({ payload: { n } }, { enqueue }) => void enqueue(other, n), {
    once: true,
  });
  const { handle, copies, database, statuses, attempts } = await openReceiving(queue, second);
  const lossy = loseAnswers(loseAnswers(database, 'settle_received', 2), 'receive', 2);
  const batch = copies(2);
  expect((await handle(batch, { database: lossy })).gone).toEqual([0, 1]);
  expect(await statuses()).toMatchObject({ done: 2, pending: 2 });
  expect(batch[0] && (await attempts(batch[0]))).toMatchObject([{ attempt: 1, outcome: 'done' }]);
});

describe('while the database is away', () => {
  test('what has to be recorded comes back, and what needs no record is gone', async () => {
    const queue = sqsQueue(
      ({ payload: { n } }) => {
        if (n === 1) throw new Error('no luck');
      },
      { history: 'failures' },
    );
    const { handle, copies, log } = await openReceiving(queue);
    const batch = copies(2);
    const { gone, hidden } = await handle(batch, { database: away, remainingMs: ending(5_000) });
    expect(gone).toEqual([0]);
    expect(hidden).toEqual({});
    expect(log.lines.map(({ message }) => message)).toContain('results could not be recorded');
  });

  test('nothing is handled that was delivered before', async () => {
    const seen: number[] = [];
    const { handle, copies, log } = await openReceiving(
      sqsQueue(({ payload: { n } }) => void seen.push(n), { history: 'failures' }),
    );
    const [known, ...fresh] = copies(2);
    const batch = [...again(known ? [known] : []), ...fresh];
    const { gone, hidden } = await handle(batch, { database: away, remainingMs: ending(4_500) });
    expect(seen).toEqual([1]);
    expect(gone).toEqual([1]);
    expect(hidden).toEqual({});
    expect(log.lines.map(({ message }) => message)).toContain(
      'what was received could not be looked up',
    );
  });
});

describe('when time runs out', () => {
  test('a handler that does not end has failed, and its neighbours are settled', async () => {
    const clock = invocationClock(10_000);
    const queue = sqsQueue(({ payload: { n } }, { signal }) => {
      if (n !== 2) return undefined;
      clock.run(1_700);
      return untilAborted(signal);
    });
    const { handle, copies, attempts } = await openReceiving(queue);
    const batch = copies(3);
    const { gone } = await handle(batch, { remainingMs: clock.remainingMs });
    expect(gone).toEqual([0, 1]);
    expect(batch[2] && (await attempts(batch[2]))).toMatchObject([
      { outcome: 'retry', error: 'InvocationEnded' },
    ]);
  });

  test('what was not started comes back at once and has spent nothing', async () => {
    let leftMs = 60_000;
    const seen: number[][] = [];
    const queue = sqsQueue(
      async ({ payload: { n } }, { attempt }) => {
        seen.push([n, attempt]);
        if (leftMs === 60_000) leftMs = 3_000;
      },
      { concurrency: 1 },
    );
    const { handle, copies } = await openReceiving(queue);
    const batch = copies(3);
    const { gone, hidden } = await handle(batch, { remainingMs: () => leftMs });
    expect({ gone, hidden }).toEqual({ gone: [0], hidden: { 1: 0, 2: 0 } });
    leftMs = 50_000;
    expect((await handle(again(batch.slice(1)), { remainingMs: () => leftMs })).gone).toEqual([
      0, 1,
    ]);
    expect(seen).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
  });

  test('a handler that takes longer than its queue allows has failed', async () => {
    const queue = sqsQueue((_, { signal }) => untilAborted(signal), { timeoutSeconds: 0.2 });
    const { handle, copies, attempts } = await openReceiving(queue);
    const batch = copies(1);
    expect((await handle(batch)).gone).toEqual([]);
    expect(batch[0] && (await attempts(batch[0]))).toMatchObject([{ error: 'HandlerTimeout' }]);
  });
});

test('a request that a proxy finds too large is settled message by message', async () => {
  const { handle, copies, database } = await openReceiving(sqsQueue(() => {}));
  const narrow = intercept(database, ({ parameters }, run) => {
    if (String(parameters[2]).includes('},{'))
      return Promise.reject(new Error('Server error (HTTP status 413): too large'));
    return run();
  });
  expect((await handle(copies(3), { database: narrow })).gone).toEqual([0, 1, 2]);
});

function ending(ms: number): () => number {
  const endsAt = performance.now() + ms;
  return () => endsAt - performance.now();
}
