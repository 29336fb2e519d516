// Where no tick comes each minute: a drain arms a wake-up while it works, in case that it dies, and at its end for what is due
// next.
import { expect, test } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineSchedule } from '#queue/declare/schedule.ts';
import { snooze } from '#queue/declare/ways-out.ts';
import type { NextDue } from '#queue/routines/next-due.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { numbered } from '#test/support/numbered.ts';
import { connectionLost, countStatements, intercept } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

const queueOf = (handle: () => Promise<void> = async () => {}) =>
  defineQueue({ name: 'plain', subscriptions: [on(numbered, handle)] });

/** What was armed, in seconds from the time at which it was asked for; null for nothing. */
function arming() {
  const armed: (number | null)[] = [];
  const arm = async ({ now, dueAt }: NextDue) => {
    armed.push(dueAt === null ? null : (Date.parse(dueAt) - Date.parse(now)) / 1000);
  };
  return { armed, arm };
}

test('nothing is armed when nothing waits', async () => {
  const queues = await openQueues(queueOf());
  const { armed, arm } = arming();
  await queues.drain({ arm });
  expect(armed).toEqual([null]);
});

test('a drain that has work arms for the case that it dies, and at its end for what is due next', async () => {
  const queues = await openQueues(queueOf());
  await queues.enqueueNumbers(1);
  await queues.enqueueNumbers(1, { delaySeconds: 7200 });
  const { armed, arm } = arming();
  expect(await queues.drain({ arm })).toMatchObject({ done: 1 });
  expect(armed).toEqual([60, expect.closeTo(7200, -1)]);
});

test('what a handler snoozes is armed for', async () => {
  const queues = await openQueues(queueOf(() => snooze(1800)));
  await queues.enqueueNumbers(1);
  const { armed, arm } = arming();
  await queues.drain({ arm });
  expect(armed.at(-1)).toBeCloseTo(1800, -1);
});

test('what a drain has no time for is due now', async () => {
  const queues = await openQueues(queueOf());
  await queues.enqueueNumbers(1);
  const { armed, arm } = arming();
  await queues.drain({ arm, remainingMs: () => 3_000 });
  expect(armed.at(-1)).toBe(0);
});

test('a drain without time for a question asks nothing, and looks again in a minute', async () => {
  const queues = await openQueues(queueOf());
  const { armed, arm } = arming();
  const database = countStatements(queues.database);
  expect(await queues.drain({ arm, database, remainingMs: () => 300 })).toMatchObject({
    claimed: 0,
  });
  expect(database.statements).toEqual([]);
  expect(armed).toEqual([60]);
});

test('a database that does not answer is looked at again in a minute', async () => {
  const queues = await openQueues(queueOf());
  const { armed, arm } = arming();
  const away = intercept(queues.database, () => Promise.reject(connectionLost()));
  await expect(queues.drain({ arm, database: away, remainingMs: () => 4_000 })).rejects.toThrow();
  expect(armed).toEqual([60]);
});

test('a drain that cannot ask what is due next fails, and looks again in a minute', async () => {
  const queues = await openQueues(queueOf());
  await queues.enqueueNumbers(1);
  const { armed, arm } = arming();
  const refusing = intercept(queues.database, ({ text }, run) => {
    if (text.includes('millrace.next_due')) throw new Error('not allowed');
    return run();
  });
  await expect(queues.drain({ arm, database: refusing })).rejects.toThrow('not allowed');
  expect(armed).toEqual([60, 60]);
});

test('a schedule that only newer code knows wakes nobody, however long it has been due', async () => {
  const queues = await openQueues(queueOf());
  const schedule = defineSchedule({
    name: 'of-newer-code',
    type: numbered,
    everySeconds: 60,
    payload: { n: 0 },
  });
  await syncRegistry(queues.database, {
    ...queues.registry,
    schedules: new Map([['of-newer-code', schedule]]),
  });
  const { armed, arm } = arming();
  await queues.drain({ arm });
  expect(armed).toEqual([null]);
});

test('where ticks come each minute, nothing is asked', async () => {
  const queues = await openQueues(queueOf());
  await queues.enqueueNumbers(1);
  const database = countStatements(queues.database);
  await queues.drain({ database });
  const texts = database.statements.map(({ text }) => text);
  expect(texts.filter((text) => /next_due|cover/.test(text))).toEqual([]);
});
