// What the history shows of drains.
import { expect, onTestFinished, test, vi } from 'vitest';
import type { HistoryCounts } from '#client/queue-answers.ts';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { drainHistory } from '#queue/operate/history.ts';
import { expireLeases, partAll } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

async function setup(handler: Handler<{ n: number }>) {
  const queue = defineQueue({ name: 'first', subscriptions: [on(numbered, handler)] });
  const queues = await openQueues(queue);
  const total = async (): Promise<HistoryCounts | undefined> =>
    (await drainHistory(queues.database, { period: 'hour' })).queues[0]?.total;
  /** How often something took how long, by class of half an octave. */
  const classes = async (of: 'waits' | 'runs') => {
    const [row] = await queues.query<{ classes: number[] }>(
      `select ${of} as classes from millrace.queue_history where slot_seconds = 3600
       order by slot_at desc limit 1`,
    );
    return row?.classes ?? [];
  };
  return { queues, total, classes };
}

const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);

test('how long deliveries had been due, and how long their handlers ran', async () => {
  const { queues, total, classes } = await setup(
    // The time is what is measured here.
    () => new Promise((resolve) => setTimeout(resolve, 30)),
  );
  await queues.enqueueNumbers(20);
  await partAll(queues);
  await queues.query(
    `update millrace.delivery set available_at = available_at - interval '1 hour'`,
  );
  await queues.drain();
  const found = await total();
  expect(found).toMatchObject({ done: 20, retried: 0, snoozed: 0, dead: 0 });
  // Within a class: half an octave around the hour.
  expect(found?.waitMs.p50).toBeGreaterThan(3_600_000 / Math.SQRT2);
  expect(found?.waitMs.p50).toBeLessThan(3_600_000 * Math.SQRT2);
  expect(found?.runMs.p50).toBeGreaterThan(20);
  expect([sum(await classes('waits')), sum(await classes('runs'))]).toEqual([20, 20]);
});

test('suspects do not count as having waited a second time', async () => {
  const { queues, total, classes } = await setup(() => {});
  await queues.enqueueNumbers(3);
  await queues.query(`select millrace.claim('first', gen_random_uuid(), 2)`);
  await expireLeases(queues);
  await queues.drain();
  expect(await total()).toMatchObject({ done: 3 });
  expect([sum(await classes('waits')), sum(await classes('runs'))]).toEqual([1, 3]);
});

test('a drain that lasts longer is recorded each minute, and nothing twice', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const held = Promise.withResolvers<void>();
  const { queues, total } = await setup(({ payload }) =>
    payload.n === 0 ? held.promise : undefined,
  );
  await queues.enqueueNumbers(10);
  const draining = queues.drain();
  const handled = () =>
    queues
      .query(`select from millrace.attempt_log where outcome = 'done'`)
      .then((rows) => rows.length);
  await expect.poll(handled).toBe(9);
  expect(await total()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(60_000);
  await expect.poll(async () => (await total())?.done).toBe(9);
  held.resolve();
  await draining;
  expect(vi.getTimerCount()).toBe(0);
  expect(await total()).toMatchObject({ done: 10 });
  const drains = await queues.query('select done from millrace.drain_log order by ended_at');
  expect(drains).toEqual([{ done: 9 }, { done: 1 }]);
});
