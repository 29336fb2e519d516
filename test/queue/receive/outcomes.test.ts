// What becomes of what was delivered, by how its handler ends.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { onBatch } from '#queue/declare/batch-handler.ts';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { reject, result, retryAfter, snooze } from '#queue/declare/ways-out.ts';
import { longestHiddenSeconds } from '#queue/receive/waits.ts';
import { wait } from '#queue/wait.ts';
import { numbered } from '#test/support/numbered.ts';
import { again, openReceiving, sqsQueue } from '#test/support/queue/receiving.ts';
import { received } from '#test/support/queue/wire.ts';

const day = 86_400;
const other = defineMessageType({ name: 'test.other', payload: z.unknown() });
const second = defineQueue({ name: 'second', subscriptions: [on(other, () => {})] });

/** One way out for each number. */
const waysOut = [
  () => {},
  () => {
    throw new Error('no luck');
  },
  () => retryAfter(90, 'not yet'),
  () => snooze(45),
  () => reject('never'),
  () => result({ answer: 42 }),
];

test('each way out: what has ended is gone, and what is to be tried again is hidden until then', async () => {
  const queue = sqsQueue(({ payload: { n } }) => waysOut[n]?.());
  const { handle, copies, log, attempts, statuses } = await openReceiving(queue);
  const batch = copies(waysOut.length);
  const { gone, hidden, statements, counted } = await handle(batch);

  expect(gone).toEqual([0, 4, 5]);
  expect(Object.keys(hidden)).toEqual(['1', '2', '3']);
  expect(hidden[1], "the queue's backoff").toBeGreaterThanOrEqual(1800);
  expect(hidden[1]).toBeLessThanOrEqual(3600);
  expect(hidden).toMatchObject({ 2: 90, 3: 45 });
  expect(statements, 'all of it is settled by one call').toHaveLength(1);
  expect(counted).toMatchObject({ claimed: 6, done: 2, retried: 2, snoozed: 1, dead: 1 });
  expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    ...['warn attempt failed', 'warn attempt failed', 'error dead letter', 'info received'],
  ]);
  const outcomes = await Promise.all(batch.map(async (copy) => (await attempts(copy))[0]?.outcome));
  expect(outcomes).toEqual(['done', 'retry', 'retry', 'snooze', 'dead', 'done']);
  expect(await statuses()).toMatchObject({ done: 2, dead: 1 });
});

test('a batch handler gets what came together, and each message has an outcome of its own', async () => {
  const calls: number[][] = [];
  const queue = defineQueue({
    name: 'carried',
    policy: { engine: 'sqs' },
    subscriptions: [
      onBatch(numbered, 4, (items) => {
        calls.push(items.map(({ message }) => message.payload.n));
        return items.map(({ message: { payload } }) => {
          if (payload.n === 1) return { reject: 'never' };
          return payload.n === 2 ? { retry: 'not yet', afterSeconds: 90 } : 'done';
        });
      }),
    ],
  });
  const { handle, copies } = await openReceiving(queue);
  const { gone, hidden, counted } = await handle(copies(6));
  expect(calls.toSorted(([a = 0], [b = 0]) => a - b)).toEqual([
    [0, 1, 2, 3],
    [4, 5],
  ]);
  expect(gone).toEqual([0, 1, 3, 4, 5]);
  expect(hidden).toEqual({ 2: 90 });
  expect(counted).toMatchObject({ claimed: 6, done: 4, retried: 1, dead: 1 });
});

test('what has failed is tried again when its time has come, up to its last attempt', async () => {
  const seen: number[] = [];
  const queue = sqsQueue(
    (_, { attempt }) => {
      seen.push(attempt);
      throw new Error('no luck');
    },
    { maxAttempts: 3 },
  );
  const { handle, copies, passTime, attempts } = await openReceiving(queue);
  let batch = copies(2);
  expect((await handle(batch)).gone).toEqual([]);

  batch = again(batch);
  const early = await handle(batch);
  expect(early.gone, 'it came back before its time').toEqual([]);
  expect(early.hidden[0]).toBeGreaterThan(1700);
  expect(seen).toEqual([1, 1]);

  for (const gone of [[], [0, 1]]) {
    await passTime();
    batch = again(batch);
    expect((await handle(batch)).gone).toEqual(gone);
  }
  expect(seen).toEqual([1, 1, 2, 2, 3, 3]);
  const [copy] = batch;
  expect(copy && (await attempts(copy)).map(({ outcome }) => outcome)).toEqual([
    'retry',
    'retry',
    'dead',
  ]);
});

test('a message that comes back with attempts spent goes on counting', async () => {
  const seen: number[] = [];
  const queue = sqsQueue((_, { attempt }) => void seen.push(attempt));
  const { handle } = await openReceiving(queue);
  await handle([received({ attempt: 3, round: 1 })]);
  expect(seen).toEqual([4]);
});

test('follow-ups are stored with the outcome, and what waits for long goes back into Postgres', async () => {
  const queue = sqsQueue(({ payload: { n } }, { enqueue }) => {
    enqueue(other, n);
    if (n === 1) snooze(30 * day);
  });
  const { handle, copies, statuses, query } = await openReceiving(queue, second);
  const batch = copies(2);
  const { gone, hasStored } = await handle(batch);
  expect(gone, 'that which is sent again needs this copy no more').toEqual([0, 1]);
  expect(hasStored).toBe(true);
  expect(await statuses()).toMatchObject({ done: 1, pending: 1, scheduled: 1 });
  const rounds = await query('select round from millrace.receipt where message_id = $1', [
    batch[1]?.message.id,
  ]);
  expect(rounds).toEqual([{ round: 1 }]);

  await handle(again(batch));
  expect(await statuses(), 'a superseded copy changes nothing').toMatchObject({
    ...{ done: 1, pending: 1, scheduled: 1 },
  });
});

test('in a FIFO queue a long wait stays with SQS, which bears a part of it at a time', async () => {
  const queue = sqsQueue(() => snooze(3 * day), { engine: 'sqs-fifo' });
  const { handle, copies } = await openReceiving(queue);
  const batch = copies(1);
  expect(await handle(batch)).toMatchObject({ gone: [], hidden: { 0: longestHiddenSeconds } });
  const { hidden } = await handle(again(batch));
  expect(hidden, 'and once more').toEqual({ 0: longestHiddenSeconds });
});

test('a type that this code does not know waits for code that does, or dies', async () => {
  const { handle, attempts } = await openReceiving(sqsQueue(() => {}));
  const batch = [received({ type: 'test.unheard' })];
  expect(await handle(batch)).toMatchObject({ gone: [0] });
  expect(batch[0] && (await attempts(batch[0]))).toMatchObject([
    { outcome: 'dead', error: 'UnknownType' },
  ]);
});

test('a payload that does not fit is a dead letter', async () => {
  const { handle, attempts } = await openReceiving(sqsQueue(() => {}));
  const batch = [received({ payload: { n: 'one' } })];
  expect(await handle(batch)).toMatchObject({ gone: [0] });
  expect(batch[0] && (await attempts(batch[0]))).toMatchObject([{ error: 'PayloadMismatch' }]);
});

test('what a handler tells of its progress asks nothing of the database', async () => {
  const queue = sqsQueue(
    async (_message, { progress }) => {
      progress(0.5, 'half of it');
      // It would be told by now: timers of one time run in their order.
      await wait(1);
    },
    { history: 'failures' },
  );
  const { handle, copies } = await openReceiving(queue);
  const { gone, statements } = await handle(copies(2));
  expect([gone, statements]).toEqual([[0, 1], []]);
});
