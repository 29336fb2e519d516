// kill -9 at any moment: a relay's process ends without a word, again and again, and all that was enqueued reaches SQS.
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SQS_QUEUES_URL } from '#functions/environment.ts';
import { readBody } from '#functions/sqs/wire.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import type { WireMessage } from '#queue/routines/wire-message.ts';
import { type Consumer, startRelay, untilQuiet } from '#test/support/chaos/consumers.ts';
import { grouped, plain, relayedRegistry } from '#test/support/chaos/relayed-queues.ts';
import { isLong, type Random, seed, seededRandom } from '#test/support/chaos/seeded-random.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { openSqs, type TestSqs } from '#test/support/functions/sqs.ts';
import { expireLeases } from '#test/support/move-time.ts';

const kills = isLong ? 200 : 20;
const perKill = 12;

interface World {
  readonly database: TestDatabase;
  readonly aws: TestSqs;
  /** What happens at each call of SQS: it is carried out, and when this answers true nobody hears of that. */
  onSend: () => boolean;
  readonly random: Random;
  /** What was enqueued with a group, in its order, and without one. */
  readonly members: { readonly id: string; readonly groupKey: string }[];
  readonly singles: string[];
}

async function setup(): Promise<World> {
  const database = await createDatabase();
  await syncRegistry(database.database, relayedRegistry);
  const onCall = () => (world.onSend() ? 'lost answer' : undefined);
  const aws = await openSqs([{ name: 'millrace-standard' }, { name: 'millrace-fifo.fifo' }], {
    onCall,
  });
  const random = seededRandom();
  const world = { database, aws, onSend: () => false, random, members: [], singles: [] };
  return world;
}

async function enqueueSome({ database, random, members, singles }: World): Promise<void> {
  const some = Array.from({ length: perKill }, () => {
    const id = uuidV7();
    if (random.isOneOf(2)) {
      singles.push(id);
      return { id, type: plain.name, payload: {} };
    }
    const groupKey = `group ${random.below(3)}`;
    members.push({ id, groupKey });
    return { id, type: grouped.name, payload: {}, groupKey };
  });
  await enqueueMessages(database, some);
}

/** Every other relay is killed when SQS has what it has sent, before it hears of that; the others at any moment. */
async function killOne(world: World, relay: Consumer, isAfterSend: boolean): Promise<void> {
  const { database, random } = world;
  let sendsLeft = random.below(3);
  world.onSend = () => {
    sendsLeft -= 1;
    const isToDie = isAfterSend && sendsLeft < 0;
    if (isToDie) relay.kill();
    return isToDie;
  };
  const ended = relay.run();
  if (!isAfterSend) {
    await wait(random.below(100));
    relay.kill();
  }
  await ended;
  world.onSend = () => false;
  await untilQuiet(database);
  await expireLeases(database);
}

async function killSome(world: World, start: () => Promise<Consumer>): Promise<void> {
  let next = start();
  for (let killed = 0; killed < kills; killed += 1) {
    const relay = await next;
    next = start();
    await enqueueSome(world);
    await killOne(world, relay, killed % 2 === 0);
  }
  for (let relay = await next; ; relay = await start()) {
    expect(await relay.run()).toMatchObject({ stale: 0, dead: 0 });
    const left = await world.database.query(
      'select from millrace.delivery union all select from millrace.parcel',
    );
    if (left.length === 0) return;
    await expireLeases(world.database);
  }
}

const sentTo = ({ aws }: World, name: string): WireMessage[] =>
  Array.from(aws.sqs.queue(name).messages, ({ body }) => readBody(body));

/** FIFO queues know what they have had before; to a standard queue a crash sends again. */
function expectAllSent(world: World): void {
  const { members, singles } = world;
  const standard = sentTo(world, 'millrace-standard').map(({ id }) => id);
  const fifo = sentTo(world, 'millrace-fifo.fifo');
  expect([...new Set(standard)].toSorted()).toEqual(singles.toSorted());
  expect(fifo.map(({ id }) => id).toSorted()).toEqual(
    [...singles, ...members.map(({ id }) => id)].toSorted(),
  );
  for (const groupKey of new Set(members.map((member) => member.groupKey)))
    expect(idsIn(fifo, groupKey), 'a group is sent in order').toEqual(idsIn(members, groupKey));
}

const idsIn = (
  sent: readonly { readonly id: string; readonly groupKey: string | null }[],
  groupKey: string,
) => sent.filter((one) => one.groupKey === groupKey).map(({ id }) => id);

test(`${kills} killed relays lose nothing, and keep groups in order (seed ${seed})`, {
  timeout: kills * 10_000,
}, async () => {
  const world = await setup();
  const { database, aws, members, singles } = world;
  const environment = { ...aws.environment, [SQS_QUEUES_URL]: `${aws.queuesUrl}millrace-` };
  await killSome(world, () => startRelay(database.url, environment));
  expectAllSent(world);
  const statuses = await database.query(
    'select status, count(*)::integer from millrace.delivery_status group by status',
  );
  expect(statuses).toEqual([{ status: 'relayed', count: members.length + 2 * singles.length }]);
  const sentAgain = sentTo(world, 'millrace-standard').length - singles.length;
  const expired = await database.query(
    `select from millrace.attempt_log where outcome = 'expired'`,
  );
  expect(expired.length, 'relays were killed with something in their hands').toBeGreaterThan(kills);
  expect(sentAgain, 'some had been sent by then').toBeGreaterThan(0);
});
