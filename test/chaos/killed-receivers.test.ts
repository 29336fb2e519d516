// kill -9 at any moment: the process of an SQS consumer ends without a word, again and again, while SQS has several copies of some messages.
import { setTimeout as wait } from 'node:timers/promises';
import type { SQSEvent } from 'aws-lambda';
import { expect, test, vi } from 'vitest';
import { sendMessages } from '#functions/aws/sqs.ts';
import { DATABASE_URL, SQS_QUEUES_URL } from '#functions/environment.ts';
import { groupIdOf } from '#functions/sqs/group-id.ts';
import { toBody } from '#functions/sqs/wire.ts';
import { startEventSource } from '#local/sqs/event-source.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import type { WireMessage } from '#queue/routines/wire-message.ts';
import {
  type CarriedFate,
  carried,
  carriedQueues,
  carriedRegistry,
  makeRunTables,
} from '#test/support/chaos/carried-queues.ts';
import { untilQuiet } from '#test/support/chaos/consumers.ts';
import { type Receiver, startReceiver } from '#test/support/chaos/receivers.ts';
import { expectCarriedOnce } from '#test/support/chaos/run-promises.ts';
import { isLong, type Random, seed, seededRandom } from '#test/support/chaos/seeded-random.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { openSqs, type TestSqs } from '#test/support/functions/sqs.ts';
import { wireMessage } from '#test/support/queue/wire.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const kills = isLong ? 200 : 12;
const perKill = 2;
/** Longer than what is received is hidden, and than leases last. */
const lostSeconds = 100;

const physical = carriedQueues.map(({ name, policy }) => {
  return { queue: name, name: `millrace-${name}${policy.engine === 'sqs-fifo' ? '.fifo' : ''}` };
});

class World {
  readonly database: TestDatabase;
  readonly aws: TestSqs;
  readonly random: Random;
  /** Who is invoked: any of those that are alive. */
  readonly receivers = new Set<Receiver>();
  /** Those whom the next call of SQS kills. */
  readonly #doomed: Receiver[] = [];
  invocations = 0;

  constructor(database: TestDatabase, aws: TestSqs, random: Random) {
    this.database = database;
    this.aws = aws;
    this.random = random;
  }

  async invoke(event: SQSEvent): Promise<unknown> {
    this.invocations += 1;
    try {
      await waitUntil(() => this.receivers.size > 0);
      const alive = [...this.receivers];
      return await alive[this.random.below(alive.length)]?.invoke(event);
    } finally {
      this.invocations -= 1;
    }
  }

  /** To be called when SQS is: kills who is to die of that. */
  async onCall(): Promise<void> {
    await Promise.all(this.#doomed.splice(0).map((receiver) => receiver.kill()));
  }

  /** Another one takes its place, and then it is killed: stuck in a handler, at a call of SQS, or at any moment. */
  async killOne(receiver: Receiver, how: number): Promise<void> {
    const { random, database } = this;
    if (how === 0) {
      receiver.stickAfter(random.below(perKill * 2));
      await Promise.race([waitUntil(() => receiver.isStuck), wait(2_000)]);
    } else {
      if (how === 1) this.#doomed.push(receiver);
      await wait(random.below(150));
    }
    this.receivers.delete(receiver);
    await receiver.kill();
    await database.query('insert into killed (pid) values ($1)', [receiver.pid]);
  }

  /** Until nobody is at work, so that only what was killed is lost; then SQS gives it out again. */
  async passTime(): Promise<void> {
    await waitUntil(() => this.invocations === 0);
    await untilQuiet(this.database);
    await this.database.query(
      `update millrace.receipt set lease_expires_at = lease_expires_at - make_interval(secs => $1),
         due_at = due_at - make_interval(secs => $1)`,
      [lostSeconds],
    );
    this.aws.clock.now = new Date(this.aws.clock.now.getTime() + lostSeconds * 1000);
  }

  async sendSome(queuesUrl: string): Promise<void> {
    for (const { queue, name } of physical) {
      const isFifo = name.endsWith('.fifo');
      const messages = Array.from({ length: perKill }, () => this.#message(isFifo));
      for (const { id, groupKey } of messages)
        await this.database.query(
          'insert into sent (message_id, queue, group_key) values ($1, $2, $3)',
          [id, queue, groupKey],
        );
      // The relay was stopped before it remembered that it had sent: it sends again.
      const copies = !isFifo && this.random.isOneOf(3) ? [...messages, ...messages] : messages;
      const entries = copies.map((message, n) => ({
        ...{ id: `${n}`, body: toBody(message) },
        ...(isFifo && {
          groupId: groupIdOf(message.groupKey ?? message.id),
          deduplicationId: `${message.id}.0`,
        }),
      }));
      await sendMessages(this.aws.access, {
        queueUrl: queuesUrl + name,
        entries,
        timeoutMs: 9_000,
      });
    }
  }

  #message(isFifo: boolean): WireMessage {
    const ends = ['done', 'done', 'done', 'fails twice', 'rejected'] as const;
    const end = ends[this.random.below(ends.length)] ?? 'done';
    const payload: CarriedFate = { end, workMs: this.random.below(20) };
    const groupKey = isFifo ? `group ${this.random.below(3)}` : null;
    return wireMessage({ type: carried.name, payload, groupKey });
  }
}

async function setup() {
  const database = await createDatabase();
  await syncRegistry(database.database, carriedRegistry);
  await database.query(makeRunTables);
  const random = seededRandom();
  const settings = physical.map(({ name }) => ({ name, visibilitySeconds: 90 }));
  const aws = await openSqs(settings, {
    troubles: { isDuplicated: () => random.isOneOf(10) },
    onCall() {
      void world.onCall();
      return undefined;
    },
  });
  const world = new World(database, aws, random);
  return { world, database, aws };
}

test(`${kills} killed receivers lose nothing and end nothing twice (seed ${seed})`, {
  timeout: kills * 15_000,
}, async () => {
  // The event source tells of each invocation that has failed.
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { world, database, aws } = await setup();
  const environment = {
    ...aws.environment,
    ...{ [DATABASE_URL]: database.url, [SQS_QUEUES_URL]: `${aws.queuesUrl}millrace-` },
    AWS_LAMBDA_LOG_LEVEL: 'FATAL',
  };
  const sources = physical.map(({ name }) =>
    startEventSource({
      ...{ sqs: aws.sqs, queue: name, functionName: name, maximumConcurrency: 3 },
      handler: (event) => world.invoke(event),
    }),
  );
  const start = async () => {
    const receiver = await startReceiver(environment);
    world.receivers.add(receiver);
    return receiver;
  };
  const [first, second] = [await start(), await start()];
  let alive = [first, second];
  for (let killed = 0; killed < kills; killed += 1) {
    const next = start();
    await world.sendSome(aws.queuesUrl);
    const [victim = first, ...others] = alive;
    await world.killOne(victim, killed % 3);
    alive = [...others, await next];
    await world.passTime();
  }
  await waitUntil(async () => {
    const left = physical.filter(({ name }) => [...aws.sqs.queue(name).messages].length > 0);
    if (left.length > 0) await world.passTime();
    return left.length === 0;
  });
  await Promise.all(sources.map((source) => source.stop()));
  await Promise.all(alive.map((receiver) => receiver.kill()));
  told.mockRestore();
  await expectCarriedOnce(database, kills * perKill);
  const lost = await database.query(`select from millrace.attempt_log where outcome = 'expired'`);
  expect(lost.length, 'attempts were lost with them').toBeGreaterThanOrEqual(kills / 4);
});
