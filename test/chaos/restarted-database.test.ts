// The database goes away in the middle of a drain, and comes back.
import { afterAll, expect, test } from 'vitest';
import { startNeonEndpoint } from '#local/neon/neon-endpoint.ts';
import { startPostgres } from '#local/postgres/postgres.ts';
import { migrate } from '#migrations/migrate.ts';
import { openDatabase } from '#queue/database.ts';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { drain } from '#queue/drain/drain.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import { numbered } from '#test/support/numbered.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';
import { testedDriver } from '#test/support/tested-driver.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const dataDirectory = newFolder();
afterAll(() => removeFolder(dataDirectory));

/**
 * A Postgres and an endpoint of its own. Handlers take a moment, and the database goes away twice in the middle of
 * them: those that come then wait until it has, however fast they are beside the test.
 */
async function setup() {
  const options = { dataDirectory, flags: { fsync: 'off' } };
  const first = await startPostgres(options);
  const endpoint = await startNeonEndpoint({ postgresPort: first.port });
  const url = testedDriver === 'pg' ? first.url : endpoint.urlFor(first.url);
  const seen: number[] = [];
  const hasStopped = Promise.withResolvers<void>();
  const hasCrashed = Promise.withResolvers<void>();
  const handler = async ({ payload }: { payload: { n: number } }) => {
    seen.push(payload.n);
    // The work itself: results are to be settled while other handlers run.
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (seen.length > 120) await hasStopped.promise;
    if (seen.length > 320) await hasCrashed.promise;
  };
  const policy = { batchSize: 20, retryBaseSeconds: 0 };
  const queue = defineQueue({ name: 'plain', policy, subscriptions: [on(numbered, handler)] });
  const registry = defineRegistry({ queues: [queue] });
  const log = recordingLog();
  await migrate({ url, registry, log });
  const database = openDatabase(url);
  return {
    seen,
    hasStopped,
    hasCrashed,
    database,
    endpoint,
    first,
    drain: () => drain({ database, registry, log, remainingMs: () => 60_000 }),
    startAgain: () => startPostgres({ ...options, port: first.port }),
    enqueue: (count: number) =>
      enqueueMessages(
        database,
        Array.from({ length: count }, (_, n) => ({
          id: uuidV7(),
          type: numbered.name,
          payload: { n },
        })),
      ),
  };
}

test('a drain survives a restart and a crash of its database', async () => {
  const { seen, hasStopped, hasCrashed, ...started } = await setup();
  const { database, endpoint, first, drain, startAgain, enqueue } = started;
  const total = 600;
  await enqueue(total);
  const drained = drain();
  await waitUntil(() => seen.length > 100);
  await first.stop();
  hasStopped.resolve();
  const second = await startAgain();
  await waitUntil(() => seen.length > 300);
  process.kill(second.processId, 'SIGKILL');
  await second.ended;
  hasCrashed.resolve();
  const third = await startAgain();
  expect(await drained).toMatchObject({ claimed: total, done: total, stale: 0 });
  expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, n) => n));

  const attempts = await database.query(
    'select outcome, attempt, count(*)::integer from millrace.attempt_log group by 1, 2',
  );
  expect(attempts).toEqual([{ outcome: 'done', attempt: 1, count: total }]);
  await endpoint.stop();
  await third.stop();
});
