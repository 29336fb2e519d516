// kill -9 at any moment: a consumer that sends from one database to another ends without a word, again and again, and all arrives.
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { drain } from '#queue/drain/drain.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { place } from '#queue/routines/placement.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { type Consumer, startForwarder, untilQuiet } from '#test/support/chaos/consumers.ts';
import { handled, moved, movedRegistry } from '#test/support/chaos/forwarded-queue.ts';
import { isLong, type Random, seed, seededRandom } from '#test/support/chaos/seeded-random.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { expireLeases } from '#test/support/move-time.ts';
import { databasesOf, groupAt } from '#test/support/sql/spread.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const kills = isLong ? 200 : 12;
const perKill = 8;
const groups = Array.from({ length: 5 }, () => groupAt(0, 1));

interface World {
  readonly databases: readonly [TestDatabase, TestDatabase];
  readonly random: Random;
  /** The ids of what was enqueued, by their groups and in their order. */
  readonly enqueued: ReadonlyMap<string, string[]>;
}

async function setup(): Promise<World> {
  const databases = (await databasesOf(2)) as [TestDatabase, TestDatabase];
  for (const [number, { database, query }] of databases.entries()) {
    await syncRegistry(database, movedRegistry, { number, databases: 2 });
    // While a deployment grows, the database that has a group asks itself first: there is one call more to be killed in.
    await place(database, { number, databases: 2, before: 1 });
    // A consumer that is killed has spent an attempt, and none of these messages is to die of it.
    await query(`update millrace.queue set max_attempts = 1000 where name = 'elsewhere'`);
  }
  const enqueued = new Map(groups.map((group) => [group, []]));
  return { databases, random: seededRandom(), enqueued };
}

async function enqueueSome({ databases: [first], random, enqueued }: World): Promise<void> {
  const some = Array.from({ length: perKill }, () => {
    const groupKey = groups[random.below(groups.length)] ?? '';
    const id = uuidV7();
    enqueued.get(groupKey)?.push(id);
    return { id, type: moved.name, payload: {}, groupKey };
  });
  await enqueueMessages(first.database, some);
}

/** Every other one is killed when the target has stored something, before it hears of that; the others at any moment. */
async function killOne(world: World, consumer: Consumer, isAfterStored: boolean): Promise<void> {
  const { databases, random } = world;
  let hasEnded = false;
  const ended = consumer
    .run(isAfterStored ? { stickAfter: random.below(4) } : {})
    .then(() => (hasEnded = true));
  await (isAfterStored ? waitUntil(() => consumer.isStuck || hasEnded) : wait(random.below(150)));
  consumer.kill();
  await ended;
  for (const database of databases) await untilQuiet(database);
  await expireLeases(databases[0]);
}

async function killSome(world: World): Promise<void> {
  const [first, second] = world.databases;
  const start = () => startForwarder(first.url, second.url);
  let next = start();
  for (let killed = 0; killed < kills; killed += 1) {
    const consumer = await next;
    next = start();
    await enqueueSome(world);
    await killOne(world, consumer, killed % 2 === 0);
  }
  for (let consumer = await next; ; consumer = await start()) {
    expect(await consumer.run()).toMatchObject({ stale: 0, dead: 0 });
    if ((await first.query('select from millrace.delivery')).length === 0) return;
    await expireLeases(first);
  }
}

test(`${kills} killed forwarders lose nothing, double nothing and keep groups in order (seed ${seed})`, {
  timeout: kills * 10_000,
}, async () => {
  const world = await setup();
  const [first, second] = world.databases;
  await killSome(world);
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const remainingMs = () => 120_000;
  await drain({ database: second.database, registry: movedRegistry, log, remainingMs });
  for (const [group, ids] of world.enqueued)
    expect(
      handled.filter((id) => ids.includes(id)),
      `${group} in order, each once`,
    ).toEqual(ids);
  const all = [...world.enqueued.values()].flat();
  expect(handled).toHaveLength(all.length);
  const statuses = 'select status, count(*)::integer from millrace.delivery_status group by status';
  expect(await first.query(statuses)).toEqual([{ status: 'relayed', count: all.length }]);
  expect(await second.query(statuses)).toEqual([{ status: 'done', count: all.length }]);
  expect(await first.query('select from millrace.forward')).toEqual([]);
  const expired = await first.query(`select from millrace.attempt_log where outcome = 'expired'`);
  expect(expired.length, 'they were killed with something in their hands').toBeGreaterThanOrEqual(
    kills / 2,
  );
});
