// Hand-over between real drains, each a consumer of its own on the same database.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { drainAsHelper } from '#queue/drain/drain-as-helper.ts';
import type { DrainOptions } from '#queue/drain/drain-state.ts';
import type { DrainSummary } from '#queue/drain/summary.ts';
import { numbered } from '#test/support/numbered.ts';
import { countStatements, intercept, loseAnswers } from '#test/support/queue/intercept.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';
import { waitUntil } from '#test/support/wait-until.ts';

/** With the pace below this is much more than two seconds of handlers. */
const backlog = 400;
const handlerMs = 20;
const policy = { concurrency: 2 };

async function setup({
  count = backlog,
  changes = {},
}: {
  count?: number;
  changes?: Partial<QueuePolicy>;
} = {}) {
  const handled: string[] = [];
  const queue = defineQueue({
    name: 'slow',
    policy: { ...policy, ...changes },
    subscriptions: [
      on(numbered, async ({ id }) => {
        await wait(handlerMs);
        handled.push(id);
      }),
    ],
  });
  const queues = await openQueues(queue);
  await queues.enqueueNumbers(count);
  return { queues, handled };
}

/** As drains of before have measured it. */
const knowPace = ({ query }: OpenQueues) =>
  query('select millrace.record_drain($1)', [
    JSON.stringify([
      {
        queue: 'slow',
        claimed: 100,
        done: 100,
        retried: 0,
        snoozed: 0,
        dead: 0,
        released: 0,
        stale: 0,
        runMs: 100 * handlerMs,
      },
    ]),
  ]);

/** What is left of an invocation of so many milliseconds. */
function invocation(ms: number): () => number {
  const end = performance.now() + ms;
  return () => end - performance.now();
}

/** Starts the helpers as Lambda would: each with an invocation of its own, of which nobody waits for the end. */
function startingHelpers(queues: OpenQueues, most: number, changes: Partial<DrainOptions> = {}) {
  const helpers: Promise<DrainSummary>[] = [];
  const { database, registry, log } = queues;
  const start = (token: string) => {
    const options = { database, registry, log, remainingMs: invocation(20_000), ...changes };
    helpers.push(drainAsHelper(token, options));
  };
  return { helpers, start, handOver: { most, invoke: async (token: string) => start(token) } };
}

const places = ({ query }: OpenQueues) => query('select from millrace.helper');

function expectAllOnce(handled: string[], count = backlog) {
  expect(handled).toHaveLength(count);
  expect(new Set(handled).size).toBe(count);
}

describe('a drain that knows the pace', () => {
  test('shares its backlog at the first look, and all of it is handled once', async () => {
    const { queues, handled } = await setup();
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
    const { queues } = await setup({ count: 40 });
    await knowPace(queues);
    const { helpers, handOver } = startingHelpers(queues, 3);
    expect(await queues.drain({ handOver })).not.toHaveProperty('handedOver');
    expect(helpers).toEqual([]);
  });

  test('starts no helper that a limit would leave idle', async () => {
    const { queues } = await setup({ changes: { maxInFlight: 2 } });
    await knowPace(queues);
    const { helpers, handOver } = startingHelpers(queues, 3);
    await queues.drain({ handOver, remainingMs: invocation(5_000) });
    expect(helpers).toEqual([]);
  });
});

test('a drain that does not know the pace shares its backlog when it has measured it', async () => {
  const { queues, handled } = await setup({ count: 1_000 });
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

test('several drains at once start no more than the most in all', async () => {
  const { queues, handled } = await setup();
  await knowPace(queues);
  const { helpers, handOver } = startingHelpers(queues, 3);
  const remainingMs = () => 4_500;
  // However many need more than three: nobody's time ends here.
  const ticks = Array.from({ length: 3 }, () => queues.drain({ handOver, remainingMs }));
  const summaries = await Promise.all(ticks);
  await Promise.all(helpers);
  const started = summaries.reduce((sum, { handedOver = 0 }) => sum + handedOver, 0);
  expect(started).toBe(helpers.length);
  expect(helpers.length).toBeGreaterThan(0);
  expect(helpers.length).toBeLessThanOrEqual(3);
  expectAllOnce(handled);
});

describe('a helper', () => {
  const take = ({ query }: OpenQueues, token: string) =>
    query('select millrace.take_helpers($1, 1)', [[token]]);

  test('never hands over', async () => {
    const { queues } = await setup({ count: 20 });
    const token = randomUUID();
    await take(queues, token);
    const counted = countStatements(queues.database);
    const invoke = () => Promise.reject(new Error('one hop'));
    const { start, helpers } = startingHelpers(queues, 1, {
      database: counted,
      handOver: { most: 3, invoke },
    });
    start(token);
    expect(await helpers[0]).toMatchObject({ done: 20 });
    expect(counted.statements.filter(({ text }) => text.includes('backlog'))).toEqual([]);
    expect(await places(queues)).toEqual([]);
  });

  test('that comes too late does nothing, since its place may be another’s', async () => {
    const { queues } = await setup({ count: 5 });
    const token = randomUUID();
    await take(queues, token);
    await queues.query(`update millrace.helper set ends_at = ends_at - interval '60 seconds'`);
    const { start, helpers } = startingHelpers(queues, 1);
    start(token);
    start(randomUUID());
    for (const helper of helpers) expect(await helper).toMatchObject({ claimed: 0 });
    expect(await queues.statuses()).toEqual({ pending: 5 });
  });

  test('whose event comes twice works once', async () => {
    const { queues, handled } = await setup({ count: 20 });
    const token = randomUUID();
    await take(queues, token);
    const { start, helpers } = startingHelpers(queues, 1);
    start(token);
    start(token);
    const done = (await Promise.all(helpers)).map((summary) => summary.done);
    expect(done.toSorted()).toEqual([0, 20]);
    expectAllOnce(handled, 20);
  });

  test('works when its answers are lost', async () => {
    const { queues, handled } = await setup({ count: 20 });
    const token = randomUUID();
    await take(queues, token);
    const lossy = ['start_helper', 'end_helper'].reduce(
      (database, routine) => loseAnswers(database, routine),
      queues.database,
    );
    const { start, helpers } = startingHelpers(queues, 1, { database: lossy });
    start(token);
    expect(await helpers[0]).toMatchObject({ done: 20 });
    expectAllOnce(handled, 20);
    expect(await places(queues)).toEqual([]);
  });
});

describe('a hand-over', () => {
  test('whose answers are lost starts as many as if they had come', async () => {
    const { queues, handled } = await setup();
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
    const { queues, handled } = await setup({ count: 250 });
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

  test('keeps no lane waiting', async () => {
    const { queues, handled } = await setup({ count: 20 });
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
  const statementsOf = async (queues: OpenQueues, changes: Partial<DrainOptions>) => {
    const counted = countStatements(queues.database);
    await queues.drain({ ...changes, database: counted });
    return counted.statements.map(({ text }) => /millrace\.(\w+)/.exec(text)?.[1] ?? text);
  };
  const handOver = { most: 3, invoke: async () => {} };

  test('of an idle drain are no more with the mode', async () => {
    const { queues } = await setup({ count: 0 });
    expect(await statementsOf(queues, {})).toEqual(['survey']);
    expect(await statementsOf(queues, { handOver })).toEqual(['survey']);
  });

  test('of a drain with work are one more with the mode, and the same without it', async () => {
    const { queues } = await setup({ count: 0 });
    const isOfTheMode = (name: string) => /backlog|helper/.test(name);
    await queues.enqueueNumbers(2);
    expect((await statementsOf(queues, {})).filter(isOfTheMode)).toEqual([]);
    await queues.enqueueNumbers(2);
    expect((await statementsOf(queues, { handOver })).filter(isOfTheMode)).toEqual(['backlog']);
  });
});
