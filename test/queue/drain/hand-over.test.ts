// Hand-over between real drains, each a consumer of its own on the same database.
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { InvocationOptions } from '#queue/drain/drain-state.ts';
import {
  backlog,
  expectAllOnce,
  handlerMs,
  invocation,
  knowPace,
  openBacklog,
  places,
  startingHelpers,
} from '#test/support/queue/helpers-started.ts';
import { countStatements, intercept, loseAnswers } from '#test/support/queue/intercept.ts';
import type { OpenQueues } from '#test/support/queue/open-queues.ts';
import { waitUntil } from '#test/support/wait-until.ts';

describe('a drain that knows the pace', () => {
  test('shares its backlog at the first look, and all of it is handled once', async () => {
    const { queues, handled } = await openBacklog();
    await knowPace(queues);
    const { helpers, handOver } = startingHelpers(queues, 3);
    const summary = await queues.drain({ handOver, remainingMs: () => 5_000 });
    const helped = await Promise.all(helpers);
    expect(summary).toMatchObject({ handedOver: helpers.length });
    expect(helpers.length).toBeGreaterThan(0);
    for (const { done } of helped) expect(done).toBeGreaterThan(0);
    expectAllOnce(handled);
    expect(await queues.statuses()).toEqual({ done: backlog });
    expect(await places(queues)).toEqual([]);
    const [line] = queues.log.lines.filter(({ message }) => message === 'handed over');
    expect(line).toMatchObject({
      level: 'info',
      attributes: { helpers: helpers.length, queue: 'slow', eachMs: 10.25 },
    });
    expect(line?.attributes?.['waiting']).toBeGreaterThan(backlog / 2);
  });

  test('shares nothing that fits into its own time', async () => {
    const { queues } = await openBacklog({ count: 40 });
    await knowPace(queues);
    const { helpers, handOver } = startingHelpers(queues, 3);
    expect(await queues.drain({ handOver })).not.toHaveProperty('handedOver');
    expect(helpers).toEqual([]);
  });

  test('starts no helper that a limit would leave idle', async () => {
    const { queues } = await openBacklog({ changes: { maxInFlight: 2 } });
    await knowPace(queues);
    const { helpers, handOver } = startingHelpers(queues, 3);
    await queues.drain({ handOver, remainingMs: invocation(5_000) });
    expect(helpers).toEqual([]);
  });
});

test('a drain that does not know the pace shares its backlog when it has measured it', async () => {
  const { queues, handled } = await openBacklog({ count: 1_000 });
  const { helpers, handOver } = startingHelpers(queues, 2);
  const startedAt = performance.now();
  let afterMs = 0;
  const invoke = async (token: string) => {
    afterMs ||= performance.now() - startedAt;
    await handOver.invoke(token);
  };
  await queues.drain({ handOver: { most: 2, invoke }, remainingMs: invocation(7_000) });
  await Promise.all(helpers);
  expect(helpers.length).toBeGreaterThan(0);
  expect(afterMs).toBeGreaterThanOrEqual(1_900);
  expect(handled.length).toBe(new Set(handled).size);
  const [row] = await queues.query('select run_ms::float8 / done as each from millrace.drain_log');
  expect(row?.['each']).toBeGreaterThanOrEqual(handlerMs - 2);
});

test('a drain shares what has come in meanwhile when its time runs short', async () => {
  const { queues, handled } = await openBacklog({ count: 400 });
  await knowPace(queues);
  const { helpers, handOver } = startingHelpers(queues, 2);
  const draining = queues.drain({ handOver, remainingMs: invocation(12_000) });
  // Both looks that come before see what fits into the rest of its time.
  await wait(3_000);
  expect(helpers).toEqual([]);
  await queues.enqueueNumbers(1_000);
  expect(await draining).toMatchObject({ handedOver: helpers.length });
  await Promise.all(helpers);
  expect(helpers.length).toBeGreaterThan(0);
  expect(handled.length).toBe(new Set(handled).size);
}, 60_000);

test('several drains at once start no more than the most in all', async () => {
  const count = 1_200;
  const { queues, handled } = await openBacklog({ count });
  await knowPace(queues);
  const { helpers, handOver, mostAtOnce } = startingHelpers(queues, 3);
  // Nobody's time ends here, and each of them needs five.
  const remainingMs = () => 4_500;
  const ticks = Array.from({ length: 3 }, () => queues.drain({ handOver, remainingMs }));
  const summaries = await Promise.all(ticks);
  await Promise.all(helpers);
  const started = summaries.reduce((sum, { handedOver = 0 }) => sum + handedOver, 0);
  expect(started).toBe(helpers.length);
  expect(mostAtOnce()).toBe(3);
  expectAllOnce(handled, count);
});

describe('a hand-over', () => {
  test('whose answers are lost starts as many as if they had come', async () => {
    const { queues, handled } = await openBacklog();
    await knowPace(queues);
    const { helpers, handOver } = startingHelpers(queues, 2);
    const lossy = ['backlog', 'take_helpers'].reduce(
      (database, routine) => loseAnswers(database, routine),
      queues.database,
    );
    const remainingMs = () => 4_000;
    await queues.drain({ database: lossy, handOver, remainingMs });
    await Promise.all(helpers);
    expect(helpers.length).toBeGreaterThan(0);
    expect(helpers.length).toBeLessThanOrEqual(2);
    expectAllOnce(handled);
  });

  test('that cannot be made leaves the drain as it is, and says why', async () => {
    const { queues, handled } = await openBacklog({ count: 250 });
    await knowPace(queues);
    const invoke = () => Promise.reject(new TypeError('denied'));
    const remainingMs = () => 4_000;
    expect(await queues.drain({ handOver: { most: 2, invoke }, remainingMs })).toMatchObject({
      done: 250,
    });
    expectAllOnce(handled, 250);
    const [line] = queues.log.lines.filter(({ message }) => message === 'hand-over failed');
    expect(line).toMatchObject({
      level: 'warn',
      attributes: { error: 'TypeError', reason: 'denied' },
    });
  });

  test('that is not answered does not outlast the drain', async () => {
    const { queues } = await openBacklog();
    await knowPace(queues);
    const remainingMs = invocation(5_000);
    const never = () => new Promise<void>(() => {});
    await queues.drain({ handOver: { most: 2, invoke: never }, remainingMs });
    expect(remainingMs()).toBeGreaterThan(0);
    const told = queues.log.lines.filter(({ message }) => message === 'hand-over failed');
    expect(told).toMatchObject([{ attributes: { error: 'NoAnswer' } }]);
  });

  test('keeps no lane waiting', async () => {
    const { queues, handled } = await openBacklog({ count: 20 });
    await knowPace(queues);
    let isAnswered = false;
    const slow = intercept(queues.database, async ({ text }, run) => {
      if (text.includes('backlog')) {
        await waitUntil(async () => handled.length === 20);
        isAnswered = true;
      }
      return run();
    });
    const { handOver } = startingHelpers(queues, 2);
    await queues.drain({ database: slow, handOver });
    expect(isAnswered).toBe(true);
  });
});

describe('statements', () => {
  const statementsOf = async (queues: OpenQueues, changes: Partial<InvocationOptions>) => {
    const counted = countStatements(queues.database);
    await queues.drain({ ...changes, database: counted });
    return counted.statements.map(({ text }) => /millrace\.(\w+)/.exec(text)?.[1] ?? text);
  };
  const handOver = { most: 3, invoke: async () => {} };

  test('of an idle drain are no more with the mode', async () => {
    const { queues } = await openBacklog({ count: 0 });
    expect(await statementsOf(queues, {})).toEqual(['survey']);
    expect(await statementsOf(queues, { handOver })).toEqual(['survey']);
  });

  test('of a drain with work are one more with the mode, and the same without it', async () => {
    const { queues } = await openBacklog({ count: 0 });
    const isOfTheMode = (name: string) => /backlog|helper/.test(name);
    await queues.enqueueNumbers(2);
    expect((await statementsOf(queues, {})).filter(isOfTheMode)).toEqual([]);
    await queues.enqueueNumbers(2);
    expect((await statementsOf(queues, { handOver })).filter(isOfTheMode)).toEqual(['backlog']);
  });
});
