// kill -9 at any moment of handlers in steps: within a step, between its effect and its record, before and after a sleep, and while an
// event is sent that they wait for.
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sendEvent } from '#queue/operate/send-event.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { startSteps, untilQuiet } from '#test/support/chaos/consumers.ts';
import { isLong, type Random, seed, seededRandom } from '#test/support/chaos/seeded-random.ts';
import {
  approval,
  makeTraceTable,
  stepNames,
  stepping,
  steppingRegistry,
} from '#test/support/chaos/stepping-queue.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { expireLeases } from '#test/support/move-time.ts';
import { waitUntil } from '#test/support/wait-until.ts';
import { travel } from '#testing/time-travel.ts';

const kills = isLong ? 200 : 10;
const perKill = 2;

async function setup() {
  const database = await createDatabase();
  await syncRegistry(database.database, steppingRegistry);
  await database.query(makeTraceTable);
  return database;
}

const approve = ({ database }: TestDatabase, id: string, payload: string) =>
  sendEvent(database, {
    ...{ id, name: approval, payload, actor: 'test' },
    ...{ types: null, isEager: false },
  });

async function killSome(database: TestDatabase, random: Random): Promise<void> {
  let next = startSteps(database.url);
  const unapproved: string[] = [];
  for (let killed = 0; killed < kills; killed += 1) {
    const consumer = await next;
    next = startSteps(database.url);
    const messages = Array.from({ length: perKill }, () => uuidV7());
    await enqueueMessages(
      database.database,
      messages.map((id) => ({ id, type: stepping.name, payload: {} })),
    );
    // Every other one is killed between the effect of a step and its record, the others at any moment.
    const isToStick = killed % 2 === 0;
    const ended = consumer.run(isToStick ? { stickAfter: random.below(4) } : {});
    unapproved.push(...messages);
    // While it is at work, one of the oldest: some come before anybody waits.
    const approving = wait(random.below(150)).then(() =>
      approve(database, unapproved.shift() ?? '', '"first"'),
    );
    await (isToStick ? waitUntil(() => consumer.isStuck) : wait(random.below(150)));
    consumer.kill();
    await Promise.all([ended, approving]);
    await untilQuiet(database);
    await expireLeases(database);
    // Some sleeps end, and others are looked at too early.
    await travel(database.database, { minutes: 20 + random.below(60) });
  }
  (await next).kill();
}

async function drainAll(database: TestDatabase): Promise<void> {
  const all = await database.query<{ id: string }>('select id from millrace.message');
  for (const { id } of all) await approve(database, id, '"later"');
  // Who missed an event would wait for the better part of a year, of which each round has an hour.
  for (let left = 1, rounds = 0; left > 0; rounds += 1) {
    expect(rounds).toBeLessThan(30);
    expect(await (await startSteps(database.url)).run()).toMatchObject({ stale: 0, dead: 0 });
    await expireLeases(database);
    await travel(database.database, { hours: 1 });
    left = (
      await database.query('select from millrace.delivery union all select from millrace.parcel')
    ).length;
  }
}

test(`of ${kills} kills each costs a step at most, and what was recorded is what the handler got (seed ${seed})`, async () => {
  const database = await setup();
  await killSome(database, seededRandom());
  await drainAll(database);
  const ended = await database.query<{ id: string; given: unknown[]; sleeps: number }>(
    `select a.message_id as id, a.result as given,
       (select count(*)::integer from millrace.step s where s.message_id = a.message_id and s.kind = 'sleep') as sleeps
     from millrace.attempt a where a.outcome = 'done'`,
  );
  expect(ended).toHaveLength(kills * perKill);
  const traces = await database.query<{ n: number; message_id: string; step: string }>(
    'select n, message_id, step from trace order by n',
  );
  let repeated = 0;
  for (const { id, given, sleeps } of ended) {
    const own = traces.filter(({ message_id }) => message_id === id);
    // Each step ran to its end before the next one began, and none came back afterwards.
    const order = own.map(({ step }) => stepNames.indexOf(step as 'a'));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(new Set(order).size).toBe(stepNames.length);
    expect(sleeps).toBe(1);
    // The handler got what the last run of each step gave: whatever ran before was not recorded.
    const last = stepNames.map((name) => own.findLast(({ step }) => step === name)?.n);
    const [{ payload } = {}] = await database.query(
      'select payload from millrace.event where message_id = $1',
      [id],
    );
    expect(given).toEqual([...last.slice(0, -1), payload, ...last.slice(-1)]);
    repeated += own.length - stepNames.length;
  }
  // A consumer has five handlers at work at most when it is killed.
  expect(repeated).toBeLessThanOrEqual(5 * kills);
  expect(repeated).toBeGreaterThan(0);
}, 900_000);
