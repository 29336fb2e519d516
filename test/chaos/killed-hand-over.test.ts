// kill -9 around a hand-over: of the consumer that has handed over, and of a helper; and helpers that are invoked twice or
// never start.
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { type Consumer, startConsumer, untilQuiet } from '#test/support/chaos/consumers.ts';
import { expectAllEndedOnce } from '#test/support/chaos/delivery-promises.ts';
import { fated, killedRegistry, makeTraceTable } from '#test/support/chaos/fated-queues.ts';
import { isLong, type Random, seed, seededRandom } from '#test/support/chaos/seeded-random.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { expireLeases, makeDue } from '#test/support/move-time.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const rounds = isLong ? 60 : 6;
const perRound = 40;
const most = 3;

async function setup() {
  const database = await createDatabase();
  await syncRegistry(database.database, killedRegistry);
  await database.query(makeTraceTable);
  return database;
}

/** More than one consumer is taken to be able to drain, since each handler took days, the last time. */
async function enqueueTooMuch({ database, query }: TestDatabase, random: Random): Promise<void> {
  const ends = ['done', 'done', 'done', 'fails twice', 'rejected'];
  const messages = Array.from({ length: perRound }, () => ({
    id: uuidV7(),
    type: fated.name,
    payload: { end: ends[random.below(ends.length)], workMs: random.below(20) },
  }));
  await enqueueMessages(database, messages);
  const counts = { claimed: 1, done: 1, retried: 0, snoozed: 0, dead: 0, released: 0, stale: 0 };
  const recorded = [...killedRegistry.queues.keys()].map((queue) => ({
    queue,
    ...counts,
    runMs: 1e9,
  }));
  await query('select millrace.record_drain($1)', [JSON.stringify(recorded)]);
}

/** What becomes of those who were invoked: one is killed at some moment, one comes twice, one never. Answers who has ended. */
async function meetFates(url: string, tokens: readonly string[], random: Random): Promise<void> {
  const [killed, twice] = tokens;
  const started: { consumer: Consumer; helper: string }[] = [];
  for (const helper of [killed, twice, twice])
    if (helper) started.push({ consumer: await startConsumer(url, 'killed'), helper });
  const [first, ...others] = started.map(({ consumer, helper }) => ({
    consumer,
    ended: consumer.run({ helper }),
  }));
  await wait(random.below(150));
  first?.consumer.kill();
  const summaries = await Promise.all(others.map(({ ended }) => ended));
  // Of the two that came with one token.
  const working = summaries.filter((summary) => summary && summary.durationMs > 0);
  expect(working.length).toBeLessThanOrEqual(1);
  await first?.ended;
}

/** All processes of the round have ended: what they held comes back, and their places are free. */
async function passTime(database: TestDatabase): Promise<void> {
  await untilQuiet(database);
  await expireLeases(database);
  await makeDue(database);
  await database.query(`update millrace.helper set ends_at = ends_at - interval '10 minutes'`);
}

async function killAround(database: TestDatabase, random: Random): Promise<number> {
  const { url, query } = database;
  let invoked = 0;
  for (let round = 0; round < rounds; round += 1) {
    await enqueueTooMuch(database, random);
    const consumer = await startConsumer(url, 'killed');
    const ended = consumer.run({ handOver: most, stickAfter: random.below(10) });
    await waitUntil(() => consumer.isStuck && consumer.invoked.length > 0);
    consumer.kill();
    await ended;
    const alive = await query('select from millrace.helper h where h.ends_at > now()');
    expect(alive.length).toBeLessThanOrEqual(most);
    invoked += consumer.invoked.length;
    await meetFates(url, consumer.invoked, random);
    await passTime(database);
  }
  return invoked;
}

async function drainAll(database: TestDatabase): Promise<void> {
  for (let left = 1; left > 0; ) {
    const summary = await (await startConsumer(database.url, 'killed')).run();
    expect(summary).toMatchObject({ stale: 0 });
    await passTime(database);
    left = (
      await database.query('select from millrace.delivery union all select from millrace.parcel')
    ).length;
  }
}

test(`${rounds} killed hand-overs lose nothing and end nothing twice (seed ${seed})`, {
  timeout: rounds * 60_000,
}, async () => {
  const database = await setup();
  const invoked = await killAround(database, seededRandom());
  expect(invoked, 'every round has handed over').toBeGreaterThanOrEqual(rounds);
  await drainAll(database);
  await expectAllEndedOnce(database, rounds * perRound);
});
