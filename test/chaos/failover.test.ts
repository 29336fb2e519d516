// A server that is in trouble for a while, in the middle of a drain. What was handled by then is settled once the trouble
// is over, and nothing is handled twice.
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { migrate } from '#migrations/migrate.ts';
import { type Database, openDatabase } from '#queue/database.ts';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { drain } from '#queue/drain/drain.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { errorCode } from '#queue/routines/failure-kind.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { OwnServer } from '#test/support/chaos/own-server.ts';
import { type Trouble, troubles } from '#test/support/chaos/troubles.ts';
import { numbered } from '#test/support/numbered.ts';
import { countStatements, exchangeOf, intercept } from '#test/support/queue/intercept.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const total = 600;

let server: OwnServer;
beforeAll(async () => {
  server = await OwnServer.start();
  await migrate({ url: server.url, registry: registryOf(() => {}), log: recordingLog() });
});
afterAll(() => server.stop());

function registryOf(handler: Handler<{ n: number }>) {
  const policy = { batchSize: 20, maxAttempts: 1 };
  const queue = defineQueue({ name: 'plain', policy, subscriptions: [on(numbered, handler)] });
  return defineRegistry({ queues: [queue] });
}

/** A queue of messages, and a drain of it that holds its handlers when it has done a part, until it is let go on. */
async function setup() {
  const database = openDatabase(server.url);
  onTestFinished(() => closeIfKept(database));
  await database.query(
    'truncate millrace.message, millrace.delivery, millrace.parcel, millrace.attempt, millrace.done_attempts',
  );
  const seen: number[] = [];
  const goOn = Promise.withResolvers<void>();
  const registry = registryOf(async ({ payload }) => {
    seen.push(payload.n);
    if (seen.length > 60) await goOn.promise;
  });
  const messages = Array.from({ length: total }, (_, n) => ({
    id: uuidV7(),
    type: numbered.name,
    payload: { n },
  }));
  await enqueueMessages(database, messages);
  return { seen, goOn, registry, database };
}

/** Over TCP each test would leave connections behind, and the server has few. */
async function closeIfKept(database: Database & { close?: () => Promise<void> }): Promise<void> {
  await database.close?.();
}

/** The database, with the trouble at an end once so many calls have failed by it. */
function endingAfter(trouble: Trouble, database: Database, end: () => unknown) {
  const { failures = 1 } = trouble;
  const failed: unknown[] = [];
  const troubled = intercept(database, async (_, run) => {
    try {
      return await run();
    } catch (error) {
      if (isBy(trouble, error)) failed.push(error);
      if (failed.length >= failures) await end();
      throw error;
    }
  });
  return { troubled, failed };
}

const isBy = ({ code, alsoSays }: Trouble, error: unknown): boolean =>
  errorCode(error) === code ||
  (alsoSays !== undefined && error instanceof Error && error.message.startsWith(alsoSays));

/** Answers how the drain ended, and what it has handled. */
async function drainThrough(trouble: Trouble) {
  const { seen, goOn, registry, database } = await setup();
  let end = async () => {};
  const { troubled, failed } = endingAfter(trouble, database, () => end());
  const log = recordingLog();
  const drained = drain({ database: troubled, registry, log, remainingMs: () => 60_000 });
  // Looked at below.
  drained.catch(() => {});
  await waitUntil(() => seen.length > 60);
  end = onlyOnce(await trouble.begin(server));
  goOn.resolve();
  const summary = await drained.finally(() => end());
  expect(failed.length).toBeGreaterThanOrEqual(trouble.failures ?? 1);
  return { summary, seen, database };
}

function onlyOnce(end: () => Promise<unknown>): () => Promise<void> {
  let ended: Promise<unknown> | undefined;
  return async () => {
    ended ??= end();
    await ended;
  };
}

test.for(Object.entries<Trouble>(troubles))('a server that %s', async ([, trouble], context) => {
  context.skip(trouble.impossible !== undefined, trouble.impossible);
  const { summary, seen, database } = await drainThrough(trouble);
  expect(summary).toMatchObject({ claimed: total, done: total, retried: 0, stale: 0, dead: 0 });
  expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, n) => n));
  const attempts = await database.query(
    'select outcome, attempt, count(*)::integer from millrace.attempt_log group by 1, 2',
  );
  expect(attempts).toEqual([{ outcome: 'done', attempt: 1, count: total }]);
});

test('a rule of an own table that fails for good ends the drain, and no attempt', async () => {
  const { goOn, registry, database } = await setup();
  goOn.resolve();
  const end = await troubles['refuses a row of an own table'].begin(server);
  const counted = countStatements(database);
  const log = recordingLog();
  const drained = drain({ database: counted, registry, log, remainingMs: () => 60_000 });
  await expect(drained).rejects.toMatchObject({ code: '23514' });
  await end();
  const calls = counted.statements.map(exchangeOf).filter((call) => call !== undefined);
  const settling = Map.groupBy(
    calls.filter(({ ids }) => ids.length > 0),
    ({ ids }) => ids.join(),
  );
  // Each of the lane's callers, nine at most, ends by one call that settles, which is made six times. No other takes its results.
  expect(settling.size).toBeGreaterThan(0);
  expect(settling.size).toBeLessThanOrEqual(9);
  for (const made of settling.values()) expect(made).toHaveLength(6);
  const tried = Array.from(settling.values(), ([call]) => call?.ids ?? []).flat();
  expect(new Set(tried).size).toBe(tried.length);
  // The others brought a batch each, but for one of each caller at the end of the queue.
  expect(calls.length - settling.size * 6).toBeLessThanOrEqual(total / 20 + 9);
  const others = counted.statements.filter((statement) => !exchangeOf(statement));
  expect(others.map(({ text }) => /millrace\.(\w+)/.exec(text)?.[1])).toEqual([
    'survey',
    'survey',
    'record_drain',
  ]);
  expect(await database.query('select from millrace.attempt_log')).toEqual([]);
  expect(await database.query('select from millrace.dead_letter')).toEqual([]);
});
