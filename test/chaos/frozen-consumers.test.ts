// A sandbox is frozen in the middle of a drain, as Lambda freezes one: its connections die meanwhile, its leases run out, and others do
// its work. Then it goes on as if nothing had been.
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { retryTransient } from '#queue/routines/retry-transient.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { startConsumer } from '#test/support/chaos/consumers.ts';
import { expectEachEndedOnce } from '#test/support/chaos/delivery-promises.ts';
import { fated, killedRegistry, makeTraceTable } from '#test/support/chaos/fated-queues.ts';
import { isLong, type Random, seed, seededRandom } from '#test/support/chaos/seeded-random.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { expireLeases, makeDue } from '#test/support/move-time.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const freezes = isLong ? 100 : 3;
const perFreeze = 20;

const others = `from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`;

async function setup(restMs: number) {
  const database = await createDatabase();
  if (restMs > 0) await restingEndsAfter(database, restMs);
  await syncRegistry(database.database, killedRegistry);
  await database.query(makeTraceTable);
  return database;
}

async function enqueueSome({ database }: TestDatabase, random: Random): Promise<void> {
  const messages = Array.from({ length: perFreeze }, () => ({
    id: uuidV7(),
    type: fated.name,
    payload: { end: random.isOneOf(4) ? 'rejected' : 'done', workMs: random.below(20) },
    ...(random.isOneOf(3) && { groupKey: `group ${random.below(3)}` }),
  }));
  await retryTransient(() => enqueueMessages(database, messages), { budgetMs: 20_000 });
}

async function drainOnce(database: TestDatabase): Promise<void> {
  await expireLeases(database);
  await makeDue(database);
  expect(await (await startConsumer(database.url, 'killed')).run()).toBeDefined();
}

interface Death {
  /** How long the server has connections that do nothing; 0 is for ever. */
  readonly restMs: number;
  readonly die: (database: TestDatabase) => Promise<unknown>;
}

/** What becomes of the connections of a process that stands still. */
const deaths: Record<string, Death> = {
  'are terminated': {
    restMs: 0,
    die: ({ query }) => query(`select pg_terminate_backend(pid, 5000) ${others}`),
  },
  'rest for longer than the server has them': {
    restMs: 500,
    // Those within a transaction have a limit of their own, of half a minute, which is too long to be waited for.
    die: ({ query }) =>
      waitUntil(async () => {
        await query(
          `select pg_terminate_backend(pid) ${others} and state like 'idle in transaction%'`,
        );
        return (await query(`select ${others}`)).length === 0;
      }),
  },
};

async function restingEndsAfter({ query }: TestDatabase, limitMs: number): Promise<void> {
  await query(
    `do $$ begin execute format('alter database %I set idle_session_timeout = ''${limitMs}''', current_database()); end $$`,
  );
}

test.each(Object.entries(deaths))(
  `consumers are frozen while their connections %s, lose nothing and do nothing twice (seed ${seed})`,
  { timeout: freezes * 20_000 },
  async (_, { restMs, die }) => {
    const random = seededRandom();
    const database = await setup(restMs);
    for (let frozen = 0; frozen < freezes; frozen += 1) {
      const consumer = await startConsumer(database.url, 'killed');
      await enqueueSome(database, random);
      const ended = consumer.run();
      // At any moment: the time is the subject.
      await wait(random.below(150));
      consumer.freeze();
      await die(database);
      if (random.isOneOf(2)) await drainOnce(database);
      consumer.thaw();
      expect(await ended, 'it ends as it should').toBeDefined();
    }
    const left = 'select from millrace.delivery union all select from millrace.parcel';
    while ((await database.query(left)).length > 0) await drainOnce(database);
    await expectEachEndedOnce(database, freezes * perFreeze);
    expect(
      (await database.query(`select ${others} and application_name = 'consumer'`)).length,
    ).toBe(0);
  },
);
