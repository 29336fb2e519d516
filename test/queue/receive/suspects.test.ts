// What may have ended its process: it is handled alone, when everything else is deleted.
import { expect, test } from 'vitest';
import { again, openReceiving, sqsQueue } from '#test/support/queue/receiving.ts';

test('suspects come last and alone, each when all before it are deleted', async () => {
  const running = new Set<number>();
  const order: number[] = [];
  const queue = sqsQueue(async ({ payload: { n } }) => {
    if (n < 2) expect(running, 'nothing is beside a suspect').toEqual(new Set());
    running.add(n);
    await new Promise((resolve) => setTimeout(resolve, 20));
    running.delete(n);
    order.push(n);
  });
  const { handle, copies, attempts } = await openReceiving(queue);
  const batch = copies(4);
  const [first, second, ...fresh] = batch;
  const suspects = again([first, second].filter((copy) => copy !== undefined));
  const { gone, deleted } = await handle([...suspects, ...fresh]);
  expect(order.slice(2)).toEqual([0, 1]);
  expect(gone).toEqual([0, 1, 2, 3]);
  expect(deleted).toEqual([2, 3, 0, 1]);
  expect(first && (await attempts(first))).toMatchObject([
    { attempt: 1, outcome: 'expired' },
    { attempt: 2, outcome: 'done' },
  ]);
});

test('suspects for which there is no time come back at once, and have spent nothing', async () => {
  const seen: number[] = [];
  let leftMs = 10_000;
  const queue = sqsQueue(({ payload: { n } }) => {
    seen.push(n);
    leftMs = 3_000;
  });
  const { handle, copies, attempts } = await openReceiving(queue);
  const batch = again(copies(3));
  const { gone, hidden } = await handle(batch, { remainingMs: () => leftMs });
  expect(seen).toEqual([0]);
  expect(gone).toEqual([0]);
  expect(hidden).toEqual({ 1: 0, 2: 0 });
  const left = await Promise.all(batch.slice(1).map(attempts));
  expect(left.flat()).toEqual([]);
});
