// What may have ended its process: it is handled when everything else is deleted, at first with others of its past, then alone.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Received } from '#queue/receive/received.ts';
import { receive } from '#queue/routines/receive.ts';
import { again, openReceiving, type Receiving, sqsQueue } from '#test/support/queue/receiving.ts';

/** A queue whose handlers end when as many run as are expected to, so that fewer would never end. */
function openMeetings(...sizes: readonly number[]) {
  const meetings: number[][] = [];
  const left = [...sizes];
  let [size = 0] = left;
  let here: number[] = [];
  let { promise, resolve } = Promise.withResolvers<void>();
  const queue = sqsQueue(
    async ({ payload: { n } }) => {
      here.push(n);
      const all = promise;
      if (here.length === size) {
        meetings.push(here.toSorted());
        left.shift();
        [size = 0] = left;
        here = [];
        resolve();
        ({ promise, resolve } = Promise.withResolvers<void>());
      }
      await all;
    },
    { maxAttempts: 5, timeoutSeconds: 20 },
  );
  return { queue, meetings };
}

/** Takes the copies as suspects, as one who then ends without a word. */
async function loseAll({ database, passTime }: Receiving, batch: readonly Received[]) {
  const received = batch.map(({ message, count }) => ({ message, count }));
  const call = { queue: 'carried', token: randomUUID(), received, leaseSeconds: 90 };
  const receipts = await receive(database, { ...call, suspects: 1, budgetMs: 5_000 });
  expect(new Set(receipts.map(({ state }) => state))).toEqual(new Set(['taken']));
  await passTime();
}

test('after a crash all that was lost is handled side by side, when everything else is deleted', async () => {
  const { queue, meetings } = openMeetings(3, 7);
  const { handle, copies, attempts } = await openReceiving(queue);
  const batch = copies(10);
  const { gone, deleted } = await handle([...again(batch.slice(0, 7)), ...batch.slice(7)]);
  expect(meetings).toEqual([
    [7, 8, 9],
    [0, 1, 2, 3, 4, 5, 6],
  ]);
  expect(gone).toHaveLength(10);
  expect(deleted.slice(0, 3).toSorted()).toEqual([7, 8, 9]);
  const [first] = batch;
  expect(first && (await attempts(first))).toMatchObject([
    { attempt: 1, outcome: 'expired' },
    { attempt: 2, outcome: 'done' },
  ]);
});

test('those that are lost once more come in smaller groups, and then alone', async () => {
  const { queue, meetings } = openMeetings(8, 2);
  const receiving = await openReceiving(queue);
  const batch = again(receiving.copies(10));
  await loseAll(receiving, batch);
  expect((await receiving.handle(again(batch))).gone).toHaveLength(10);
  expect(meetings.map(({ length }) => length)).toEqual([8, 2]);
});

test('who has lost three is alone, after all groups', async () => {
  const { queue, meetings } = openMeetings(3, 2, 1, 1);
  const receiving = await openReceiving(queue);
  const batch = again(receiving.copies(7));
  await loseAll(receiving, batch.slice(0, 2));
  await loseAll(receiving, batch.slice(0, 4));
  const { gone, deleted } = await receiving.handle(again(batch));
  expect(meetings).toEqual([[4, 5, 6], [2, 3], [0], [1]]);
  expect(gone).toHaveLength(7);
  expect(deleted.slice(0, 5), 'each group before the next one begins').toEqual([4, 5, 6, 2, 3]);
});

test('suspects for which there is no time come back at once, and have spent nothing', async () => {
  const seen: number[] = [];
  let leftMs = 10_000;
  const queue = sqsQueue(
    ({ payload: { n } }) => {
      seen.push(n);
      leftMs = 3_000;
    },
    { maxAttempts: 2 },
  );
  const { handle, copies, attempts } = await openReceiving(queue);
  const batch = again(copies(3));
  const { gone, hidden } = await handle(batch, { remainingMs: () => leftMs });
  expect(seen).toEqual([0]);
  expect(gone).toEqual([0]);
  expect(hidden).toEqual({ 1: 0, 2: 0 });
  const left = await Promise.all(batch.slice(1).map(attempts));
  expect(left.flat()).toEqual([]);
});

test('who is given back unstarted from a group stays a suspect', async () => {
  let leftMs = 60_000;
  const queue = sqsQueue(
    async ({ payload: { n } }) => {
      if (n === 0) leftMs = 3_000;
    },
    { concurrency: 1, maxAttempts: 5 },
  );
  const receiving = await openReceiving(queue);
  const batch = again(receiving.copies(3));
  const { gone } = await receiving.handle(batch, { remainingMs: () => leftMs });
  expect(gone).toEqual([0]);
  const [, second] = batch;
  if (!second) throw new Error('the batch has three');
  const received = [{ message: second.message, count: 3 }];
  const call = { queue: 'carried', token: randomUUID(), received, leaseSeconds: 90 };
  const [receipt] = await receive(receiving.database, { ...call, suspects: 0, budgetMs: 5_000 });
  expect(receipt).toMatchObject({ state: 'suspect', attempt: 1, together: 200 });
});
