// kill -9 between what a handler has told of its progress and the end of its attempt.
import { expect, test } from 'vitest';
import { messageStatus } from '#queue/operate/message-status.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { startConsumer, untilQuiet } from '#test/support/chaos/consumers.ts';
import { fated, killedRegistry, makeTraceTable } from '#test/support/chaos/fated-queues.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { expireLeases } from '#test/support/move-time.ts';
import { waitUntil } from '#test/support/wait-until.ts';

/** One message, which goes through both queues. */
async function setup() {
  const database = await createDatabase();
  await syncRegistry(database.database, killedRegistry);
  await database.query(makeTraceTable);
  const id = uuidV7();
  const payload = { end: 'done', workMs: 0 };
  await enqueueMessages(database.database, [{ id, type: fated.name, payload }]);
  return { database, id };
}

/** Kills a consumer in the middle of its handlers, once the condition holds; answers what `look` finds before. */
async function killOnce<Found>(
  database: TestDatabase,
  holds: () => Promise<boolean>,
  look: () => Promise<Found>,
): Promise<Found> {
  const consumer = await startConsumer(database.url, 'killed');
  const ended = consumer.run({ stickAfter: 0 });
  await waitUntil(async () => consumer.isStuck && (await holds()));
  const found = await look();
  consumer.kill();
  await ended;
  await untilQuiet(database);
  await expireLeases(database);
  return found;
}

/** What arrives after its sender is dead; answers how many reports were taken. */
async function reportLate(
  { query }: TestDatabase,
  id: string,
  tokens: ReadonlyMap<string, string>,
) {
  const reports = Array.from(tokens, ([queue, token]) =>
    query<{ taken: number }>('select millrace.report_progress($1, $2) as taken', [
      queue,
      JSON.stringify([{ id, token, fraction: 1, note: 'late' }]),
    ]),
  );
  return (await Promise.all(reports)).flat().map(({ taken }) => taken);
}

test('a killed consumer takes its progress along, and nothing else', async () => {
  const { database, id } = await setup();
  const deliveries = async () => (await messageStatus(database.database, id))?.deliveries ?? [];
  const progress = async () => (await deliveries()).map((delivery) => delivery.progress);
  const tokens = async () => {
    const rows = await database.query<{ queue: string; token: string }>(
      `select q.name as queue, d.lease_token as token
       from millrace.delivery d join millrace.queue q on q.id = d.queue_id`,
    );
    return new Map(rows.map(({ queue, token }) => [queue, token]));
  };
  const haveTold = async () => (await progress()).every(Boolean);
  const areHeld = async () => (await deliveries()).every(({ status }) => status === 'processing');

  const dead = await killOnce(database, haveTold, tokens);
  // Nobody has taken the deliveries over yet, so this one is taken as it would be of a consumer that is merely slow.
  expect(await reportLate(database, id, dead)).toEqual([1, 1]);
  await killOnce(database, areHeld, async () => {
    expect(await progress()).toEqual([null, null]);
    expect(await reportLate(database, id, dead)).toEqual([0, 0]);
    expect(await progress()).toEqual([null, null]);
  });
  const summary = await (await startConsumer(database.url, 'killed')).run();
  expect(summary).toMatchObject({ done: 2, stale: 0 });
  expect(await reportLate(database, id, dead)).toEqual([0, 0]);
  const effects = await database.query(`select from trace where queue = 'exactly-once'`);
  expect(effects).toHaveLength(1);
  for (const { attempts } of await deliveries())
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['expired', 'expired', 'done']);
});
