// How long a drain waits for a database that is away: as long as there is any use in it.
import { expect, test, vi } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { Deadline } from '#queue/drain/deadline.ts';
import { moveClock } from '#test/support/functions/clock.ts';
import { numbered } from '#test/support/numbered.ts';
import { connectionLost, countStatements, intercept } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

const invocationMs = 55_000;
const awayMs = 40_000;

test('a database that is away for 40 s of a drain of 55 s loses nothing, and nothing is handled twice', async () => {
  const clock = performance.now.bind(performance);
  let passedMs = 0;
  const now = vi.spyOn(performance, 'now').mockImplementation(() => clock() + passedMs);
  try {
    const attempts: number[] = [];
    const handler = (_: object, { attempt }: { attempt: number }) => void attempts.push(attempt);
    const queue = defineQueue({ name: 'plain', subscriptions: [on(numbered, handler)] });
    const queues = await openQueues(queue);
    await queues.enqueueNumbers(300);
    let failures = 0;
    const database = intercept(queues.database, async (_, run) => {
      // The first handlers have run, so there is something to settle.
      if (attempts.length < 10 || failures === 3) return run();
      failures += 1;
      // The time passes in one step, while no handler runs.
      await new Promise(setImmediate);
      passedMs = awayMs;
      throw connectionLost();
    });
    const end = performance.now() + invocationMs;
    const remainingMs = () => end - performance.now();
    expect(await queues.drain({ database, remainingMs })).toMatchObject({
      claimed: 300,
      done: 300,
      retried: 0,
      released: 0,
      stale: 0,
    });
    expect(failures).toBe(3);
    expect(attempts).toEqual(Array(300).fill(1));
  } finally {
    now.mockRestore();
  }
});

test('a database that is away from the start is given up after ten seconds, since nothing is held', async () => {
  const queues = await openQueues(
    defineQueue({ name: 'plain', subscriptions: [on(numbered, () => {})] }),
  );
  const clock = moveClock();
  const startedAt = performance.now();
  const database = intercept(queues.database, async () => {
    clock.forward(2_000);
    throw connectionLost();
  });
  const end = startedAt + invocationMs;
  const drained = queues.drain({ database, remainingMs: () => end - performance.now() });
  await expect(drained).rejects.toThrow('fetch failed');
  const waitedMs = performance.now() - startedAt;
  expect(waitedMs).toBeGreaterThan(8_000);
  expect(waitedMs).toBeLessThan(14_000);
});

test.each([300, 1_700])(
  'a drain with %d ms left makes no call, and answers that it did nothing',
  async (leftMs) => {
    const queues = await openQueues(
      defineQueue({ name: 'plain', subscriptions: [on(numbered, () => {})] }),
    );
    await queues.enqueueNumbers(1);
    const database = countStatements(queues.database);
    const summary = await queues.drain({ database, remainingMs: () => leftMs });
    expect(summary).toMatchObject({ claimed: 0, done: 0, released: 0, stale: 0 });
    expect(database.statements).toEqual([]);
  },
);

test('what settles is tried for longer than what does not, and only that in the reserved time', () => {
  const deadline = new Deadline(() => invocationMs);
  expect(deadline.settleBudgetMs).toBeGreaterThan(awayMs);
  expect(deadline.callBudgetMs).toBeGreaterThan(awayMs);
  expect(deadline.callBudgetMs).toBeLessThan(deadline.settleBudgetMs);
  const until = deadline.reserving(0.5);
  expect(until.settleBudgetMs).toBe(deadline.settleBudgetMs);
  expect(until.callBudgetMs).toBe(deadline.callBudgetMs - invocationMs / 2);
});

test.each([1_000, 0])('%d ms before the end no call waits for longer than that', (leftMs) => {
  const deadline = new Deadline(() => leftMs);
  expect(deadline.settleBudgetMs).toBeLessThanOrEqual(leftMs);
  expect(deadline.callBudgetMs).toBe(0);
});
