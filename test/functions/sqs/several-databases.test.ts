// SQS in a deployment over several databases: what a batch brings is settled in the databases that it is of.
import type { SQSEvent } from 'aws-lambda';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { DATABASE_URL, DATABASES, SQS_QUEUES_URL } from '#functions/environment.ts';
import { createSqsConsumerHandler as createPgHandler } from '#functions/pg/sqs-consumer.ts';
import { createRelayingConsumerHandler } from '#functions/relaying-consumer.ts';
import { toBody } from '#functions/sqs/wire.ts';
import { createSqsConsumerHandler } from '#functions/sqs-consumer.ts';
import { createSqsDeadLetterHandler } from '#functions/sqs-dead-letters.ts';
import { receive } from '#local/sqs/receive-messages.ts';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import type { WireMessage } from '#queue/routines/wire-message.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { lambdaContext } from '#test/support/functions/gateway-event.ts';
import { printedLines } from '#test/support/functions/printed-lines.ts';
import { openSqs, type TestSqs } from '#test/support/functions/sqs.ts';
import { numbered } from '#test/support/numbered.ts';
import { wireMessage } from '#test/support/queue/wire.ts';

const handled: number[] = [];
const failing = new Set<number>();
const subscriptions = [
  on(numbered, ({ payload: { n } }) => {
    if (failing.has(n)) throw new Error('not yet');
    handled.push(n);
  }),
];
const registry = defineRegistry({
  queues: [
    defineQueue({ name: 'standard', policy: { engine: 'sqs' }, subscriptions }),
    defineQueue({ name: 'groups', policy: { engine: 'sqs-fifo' }, subscriptions }),
  ],
});
const nobodyListens = 'postgresql://nobody:x@127.0.0.1:1/none';

let databases: readonly TestDatabase[];
let aws: TestSqs;
beforeAll(async () => {
  databases = await Promise.all([createDatabase(), createDatabase()]);
  for (const { database } of databases) await syncRegistry(database, registry);
});
beforeEach(async () => {
  vi.unstubAllEnvs();
  handled.length = 0;
  failing.clear();
  aws = await openSqs(['standard', 'groups.fifo'].map((name) => ({ name: `millrace-${name}` })));
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
  vi.stubEnv(SQS_QUEUES_URL, `${aws.queuesUrl}millrace-`);
  deploy(databases.map(({ url }) => url));
});

/** A function reads its environment when it is loaded. */
function deploy(urls: readonly string[]): void {
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
  vi.stubEnv(DATABASE_URL, urls.join(' '));
  vi.stubEnv(DATABASES, String(urls.length));
}

/** The second database is away. */
const deployOneAway = () => deploy([databases[0]?.url ?? '', nobodyListens]);

const eventOf = (queue: string, messages: readonly WireMessage[], count = 1): SQSEvent => ({
  Records: messages.map((message) => ({
    messageId: message.id,
    receiptHandle: `handle of ${message.id}`,
    body: toBody(message),
    attributes: {
      ApproximateReceiveCount: String(count),
      SentTimestamp: String(Date.now()),
      SenderId: '',
      ApproximateFirstReceiveTimestamp: String(Date.now()),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:local:000000000000:millrace-${queue}`,
    awsRegion: 'local',
  })),
});

/** A message of a database, by its number; and of a group. */
const of = (database: number, n: number, groupKey: string | null = null): WireMessage =>
  wireMessage({ payload: { n }, groupKey, ...(database > 0 && { database }) });

const idsOf = (messages: readonly WireMessage[]) => messages.map(({ id }) => id);

/** What SQS is to keep of a batch. */
async function keptOf(
  event: SQSEvent,
  { create = createSqsConsumerHandler, remainingMs = 20_000 } = {},
): Promise<string[]> {
  const answer = await create(registry)(event, lambdaContext(remainingMs));
  return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

/** What each database remembers of these. */
const attempts = (messages: readonly WireMessage[]) =>
  Promise.all(
    databases.map(async ({ query }) => {
      const text = `select a.message_id, a.attempt, a.outcome from millrace.attempt_log a
        where a.message_id = any ($1) and a.outcome <> 'relayed' order by a.message_id, a.attempt`;
      const rows = await query<{ message_id: string; attempt: number; outcome: string }>(text, [
        idsOf(messages),
      ]);
      return rows.map(({ message_id: id, attempt, outcome }) => {
        const n = messages.findIndex((message) => message.id === id);
        return `${n}: ${attempt} ${outcome}`;
      });
    }),
  );

test.each([
  ['neon', 'url', createSqsConsumerHandler],
  ['pg', 'directUrl', createPgHandler],
] as const)(
  'a batch is settled in the databases that its messages are of, by %s',
  async (_, url, create) => {
    deploy(databases.map((each) => each[url]));
    const batch = [of(1, 0), of(0, 1), of(1, 2), of(0, 3)];
    expect(await keptOf(eventOf('standard', batch), { create })).toEqual([]);
    expect(handled.toSorted()).toEqual([0, 1, 2, 3]);
    expect(await attempts(batch)).toEqual([
      ['1: 1 done', '3: 1 done'],
      ['0: 1 done', '2: 1 done'],
    ]);
  },
);

test('the relay says which database a message is of, and its receipts are there', async () => {
  const consumer = createRelayingConsumerHandler(registry);
  const ids: string[] = [];
  for (const [number, { database }] of databases.entries()) {
    const id = uuidV7();
    ids.push(id);
    await enqueueMessages(database, [{ id, type: numbered.name, payload: { n: number } }]);
    await consumer({ database: number }, lambdaContext(20_000));
  }
  const sent = receive(aws.sqs, 'millrace-standard', { most: 10 });
  const messages = sent.map(({ message }): WireMessage => JSON.parse(message.body));
  expect(messages).toMatchObject([{ id: ids[0] }, { id: ids[1], database: 1 }]);
  expect(messages[0]).not.toHaveProperty('database');
  expect(await keptOf(eventOf('standard', messages))).toEqual([]);
  expect(await attempts(messages)).toEqual([['0: 1 done'], ['1: 1 done']]);
});

describe('while one database is away', () => {
  test.each(['standard', 'groups.fifo'])('its part alone comes back: %s', async (queue) => {
    deployOneAway();
    const batch = [of(1, 0, 'a'), of(0, 1, 'b'), of(1, 2, 'a'), of(0, 3, 'b')];
    const kept = await keptOf(eventOf(queue, batch), { remainingMs: 4_000 });
    const [first, , third] = idsOf(batch);
    expect(kept).toEqual([first, third]);
    expect(handled.filter((n) => n % 2 === 1)).toEqual([1, 3]);
    expect((await attempts(batch))[0]).toEqual(['1: 1 done', '3: 1 done']);
  });

  test('what SQS has given up is buried in the other one', async () => {
    deployOneAway();
    const batch = [of(0, 0), of(1, 1)];
    const handler = createSqsDeadLetterHandler(registry);
    const event = eventOf('standard-dead', batch, 5);
    expect(await handler(event, lambdaContext(3_000))).toEqual({
      batchItemFailures: [{ itemIdentifier: batch[1]?.id }],
    });
    const text = 'select message_id as id from millrace.dead_letter where message_id = any ($1)';
    expect(await databases[0]?.query(text, [idsOf(batch)])).toEqual([{ id: batch[0]?.id }]);
  });

  test('a batch of that one alone fails where it cannot be buried', async () => {
    deployOneAway();
    const handler = createSqsDeadLetterHandler(registry);
    const event = eventOf('standard-dead', [of(1, 1)], 5);
    await expect(handler(event, lambdaContext(2_000))).rejects.toThrow();
  });
});

describe('a group that has moved from one database to another', () => {
  test('is handled in order', async () => {
    const batch = [of(0, 0, 'g'), of(1, 9, 'h'), of(0, 1, 'g'), of(1, 2, 'g'), of(0, 3, 'g')];
    expect(await keptOf(eventOf('groups.fifo', batch))).toEqual([]);
    expect(handled.filter((n) => n !== 9)).toEqual([0, 1, 2, 3]);
    expect(await attempts(batch)).toEqual([
      ['0: 1 done', '2: 1 done', '4: 1 done'],
      ['1: 1 done', '3: 1 done'],
    ]);
  });

  test('gives back all behind one that has failed, without an attempt spent', async () => {
    failing.add(1);
    const batch = [of(0, 0, 'g'), of(0, 1, 'g'), of(1, 2, 'g'), of(1, 3, 'h'), of(0, 4, 'g')];
    const [, second, third, , fifth] = idsOf(batch);
    expect(await keptOf(eventOf('groups.fifo', batch))).toEqual([second, third, fifth]);
    expect(handled.toSorted()).toEqual([0, 3]);
    failing.clear();
    const left = batch.filter((_, n) => n === 2 || n === 4);
    // The second time around nobody takes them for what a process has died of.
    expect(await keptOf(eventOf('groups.fifo', left, 2))).toEqual([]);
    expect(handled.slice(-2)).toEqual([2, 4]);
    expect(await attempts(left)).toEqual([['1: 1 done'], ['0: 1 done']]);
  });
});

test('what is of a database that the deployment does not have stays, and is told of', async () => {
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'ERROR');
  const batch = [of(0, 0), of(2, 1)];
  let kept: string[] = [];
  const lines = await printedLines(async () => {
    kept = await keptOf(eventOf('standard', batch));
  });
  expect(kept).toEqual([batch[1]?.id]);
  expect(handled).toEqual([0]);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      message: 'message cannot be read',
      error: { message: 'database in the body of an SQS message is a number below 2; got 2' },
    },
  ]);
});
