import { describe, expect, test } from 'vitest';
import type { Database } from '#queue/database.ts';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { numbered } from '#test/support/numbered.ts';
import { intercept } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

/** Maintenance is due; every message is followed by another one, and a second goes by. */
async function setup({ remainingMs = 60_000, endless = false } = {}) {
  const clock = { remainingMs };
  const subscription = on(numbered, ({ payload }, { enqueue }) => {
    clock.remainingMs -= 1_000;
    if (endless) enqueue(numbered, { n: payload.n + 1 });
  });
  const queues = await openQueues(defineQueue({ name: 'plain', subscriptions: [subscription] }));
  await queues.query(`update millrace.setting set maintained_at = '-infinity'`);
  await queues.enqueueNumbers(1);
  const drain = (database: Database = queues.database) =>
    queues.drain({ database, remainingMs: () => clock.remainingMs });
  const isDone = async () =>
    (await queues.query('select from millrace.setting where isfinite(maintained_at)')).length === 1;
  return { queues, clock, drain, isDone };
}

describe('maintenance that is due', () => {
  test('is done once the queues are empty, and then no more for an hour', async () => {
    const { queues, drain, isDone } = await setup();
    expect(await drain()).toMatchObject({ done: 1 });
    expect(await isDone()).toBe(true);
    const before = await queues.query('select maintained_at from millrace.setting');
    await drain();
    expect(await queues.query('select maintained_at from millrace.setting')).toEqual(before);
  });

  test('gets its time though a queue is never empty', async () => {
    const { drain, isDone } = await setup({ endless: true });
    const { done } = await drain();
    expect(done).toBeGreaterThan(40);
    expect(await isDone()).toBe(true);
  });

  test('is left for later when time is short', async () => {
    const { drain, isDone } = await setup({ remainingMs: 3_000 });
    await drain();
    expect(await isDone()).toBe(false);
  });

  test('does not hold the drain up when its vacuum takes long', async () => {
    const { queues, clock, drain, isDone } = await setup();
    const stuck = intercept(queues.database, async ({ text }, run) => {
      if (text.startsWith('vacuum')) await new Promise(() => {});
      const rows = await run();
      if (text.includes('millrace.maintain(')) clock.remainingMs = 500;
      return rows;
    });
    expect(await drain(stuck)).toMatchObject({ done: 1 });
    expect(await isDone()).toBe(true);
    const warnings = queues.log.lines.filter(({ level }) => level === 'warn');
    expect(warnings).toMatchObject([{ attributes: { reason: 'NoAnswer' } }]);
  });
});
