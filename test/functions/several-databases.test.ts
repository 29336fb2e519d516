// The consumer of a deployment over several databases, as it is deployed: each invocation is for one of them.
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createConsumerHandler } from '#functions/consumer.ts';
import {
  DATABASE_URL,
  DATABASES,
  DEPLOYMENT_NAME,
  HAND_OVER,
  METRICS,
  WAKE_UP_GROUP,
  WAKE_UP_ROLE,
} from '#functions/environment.ts';
import { createRelayingConsumerHandler as createPgHandler } from '#functions/pg/relaying-consumer.ts';
import { createRelayingConsumerHandler } from '#functions/relaying-consumer.ts';
import { registry } from '#handlers/registry.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { consumerArn, openAws, wakeUpGroup } from '#test/support/functions/aws.ts';
import { readMetrics } from '#test/support/functions/embedded-metrics.ts';
import { lambdaContext } from '#test/support/functions/gateway-event.ts';
import { printedLines } from '#test/support/functions/printed-lines.ts';

const nobodyListens = 'postgresql://nobody:x@127.0.0.1:1/none';

let databases: readonly TestDatabase[];
beforeAll(async () => {
  databases = await Promise.all([createDatabase(), createDatabase()]);
  for (const { database } of databases) await syncRegistry(database, registry);
});
beforeEach(() => {
  vi.unstubAllEnvs();
  deploy(databases.map(({ url }) => url));
});

/** A function reads its environment when it is loaded. */
function deploy(urls: readonly string[]): void {
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
  vi.stubEnv(DATABASE_URL, urls.join('\n'));
  vi.stubEnv(DATABASES, String(urls.length));
}

const message = () => {
  const payload = { orderId: 'A-1', amountCents: 100 };
  return { id: uuidV7(), type: 'payment.captured', payload };
};

/** Enqueues so many messages in each of the databases. */
async function enqueue(...counts: readonly number[]): Promise<void> {
  for (const [n, count] of counts.entries())
    await enqueueMessages(
      (databases[n] as TestDatabase).database,
      Array.from({ length: count }, message),
    );
}

const live = (): Promise<number[]> =>
  Promise.all(
    databases.map(async ({ query }) => {
      const text = 'select from millrace.delivery union all select from millrace.parcel';
      return (await query(text)).length;
    }),
  );

const context = () => ({ ...lambdaContext(20_000), invokedFunctionArn: consumerArn });

describe.each([
  ['neon', 'url', createRelayingConsumerHandler],
  ['pg', 'directUrl', createPgHandler],
] as const)('an invocation, by %s', (_, url, create) => {
  beforeEach(() => deploy(databases.map((each) => each[url])));

  test('drains the database that its event names, and the first when it names none', async () => {
    await enqueue(1, 1);
    const handler = create(registry);
    await handler({ database: 1 }, context());
    expect(await live()).toEqual([1, 0]);
    await handler({ scheduledTime: 'now' }, context());
    expect(await live()).toEqual([0, 0]);
    await enqueue(1, 1);
    await handler({ database: 0 }, context());
    await handler({ database: 1 }, context());
    expect(await live()).toEqual([0, 0]);
  });

  test('does its work while another database is away', async () => {
    await enqueue(0, 1);
    deploy([nobodyListens, (databases[1] as TestDatabase)[url]]);
    const handler = create(registry);
    const away = handler({}, lambdaContext(2_500));
    expect(await handler({ database: 1 }, context())).toMatchObject({ done: 1 });
    await expect(away).rejects.toThrow();
  });
});

test.each([2, -1, 0.5, '1', null])('no invocation is for the database %j', async (database) => {
  const handler = createRelayingConsumerHandler(registry);
  await expect(handler({ database }, context())).rejects.toThrow(
    `database in the event is a number below 2; got ${JSON.stringify(database)}`,
  );
});

test('the plain consumer refuses several databases', () => {
  expect(() => createConsumerHandler(registry)).toThrow(
    'MILLRACE_DATABASES is 2: its consumer is made by createRelayingConsumerHandler',
  );
});

test('figures and lines of the log say of which database they are', async () => {
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'INFO');
  vi.stubEnv(METRICS, 'drain');
  vi.stubEnv(DEPLOYMENT_NAME, 'Shop');
  await enqueue(1, 2);
  const handler = createRelayingConsumerHandler(registry);
  const lines = await printedLines(async () => {
    await handler({ database: 1 }, context());
    await handler({}, context());
  });
  const said = lines.map((line) => JSON.parse(line));
  const drained = said.filter(({ message }) => message === 'drained');
  expect(drained).toMatchObject([
    { database: 1, done: 2 },
    { database: 0, done: 1 },
  ]);
  const figures = said.filter(({ message }) => message === 'figures');
  expect(figures).toMatchObject([
    { database: 1, Done: 2 },
    { database: 0, Done: 1 },
  ]);
  expect(lines.flatMap((line) => readMetrics(line) ?? [])).toMatchObject([
    { dimensions: { Deployment: 'Shop' } },
    { dimensions: { Deployment: 'Shop' } },
  ]);
});

test('in a deployment that sleeps each database has wake-ups of its own', async () => {
  const aws = await openAws();
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
  vi.stubEnv(WAKE_UP_GROUP, wakeUpGroup);
  vi.stubEnv(WAKE_UP_ROLE, 'arn:aws:iam::000000000000:role/wake-up');
  for (const { database } of databases)
    await enqueueMessages(database, [{ ...message(), delaySeconds: 600 }]);
  const handler = createRelayingConsumerHandler(registry);
  for (const event of [{}, { database: 1 }]) await handler(event, context());
  const armed = aws.schedules.armed.toSorted((one, other) => one.name.length - other.name.length);
  expect(armed.map(({ name }) => name)).toEqual([
    expect.stringMatching(/^wake-\d{8}T\d{6}Z$/),
    expect.stringMatching(/^wake-\d{8}T\d{6}Z-1$/),
  ]);
  expect(armed.map(({ input }) => JSON.parse(input))).toEqual([
    { wakeUp: 'scheduled' },
    { wakeUp: 'scheduled', database: 1 },
  ]);
});

test('a backlog is handed over with the number of its database', async () => {
  const aws = await openAws();
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
  vi.stubEnv(HAND_OVER, '1');
  await enqueue(0, 300);
  const counts = { claimed: 1, done: 1, retried: 0, snoozed: 0, dead: 0, released: 0, stale: 0 };
  const recorded = [...registry.queues.keys()].map((queue) => ({ queue, ...counts, runMs: 3.6e6 }));
  await databases[1]?.query('select millrace.record_drain($1)', [JSON.stringify(recorded)]);
  const handler = createRelayingConsumerHandler(registry);
  expect(await handler({ database: 1 }, context())).toMatchObject({ handedOver: 1 });
  await expect.poll(() => aws.events).toHaveLength(1);
  expect(aws.events).toEqual([{ handedOver: { token: expect.any(String) }, database: 1 }]);
  expect(await handler(aws.events[0], context())).toMatchObject({ stale: 0 });
  expect(await databases[1]?.query('select from millrace.helper')).toEqual([]);
});
