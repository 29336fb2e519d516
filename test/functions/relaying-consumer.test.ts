// The relaying consumer as it is deployed: configured by the environment.
import { afterEach, expect, test, vi } from 'vitest';
import { createConsumerHandler } from '#functions/consumer.ts';
import { DATABASE_URL, SQS_QUEUES_URL } from '#functions/environment.ts';
import { createConsumerHandler as createPgConsumerHandler } from '#functions/pg/consumer.ts';
import { createRelayingConsumerHandler as createPgRelayingHandler } from '#functions/pg/relaying-consumer.ts';
import { createRelayingConsumerHandler } from '#functions/relaying-consumer.ts';
import { lambdaContext } from '#test/support/functions/gateway-event.ts';
import { local, openRelayed } from '#test/support/functions/relayed-queue.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

async function setup() {
  const opened = await openRelayed({ engine: 'sqs-fifo', timeoutSeconds: 0.1, concurrency: 1 });
  const { queues, aws } = opened;
  for (const [name, value] of Object.entries({
    ...aws.environment,
    [SQS_QUEUES_URL]: `${aws.queuesUrl}millrace-`,
    [DATABASE_URL]: queues.url,
    AWS_LAMBDA_LOG_LEVEL: 'FATAL',
  }))
    vi.stubEnv(name, value);
  return opened;
}

test.each([
  ['neon', 'url', createRelayingConsumerHandler],
  ['pg', 'directUrl', createPgRelayingHandler],
] as const)('relays what is on SQS and handles the rest: %s', async (_, url, create) => {
  const { queues, sent } = await setup();
  vi.stubEnv(DATABASE_URL, queues[url]);
  await queues.enqueueNumbers(12);
  await queues.enqueue(local, { n: 12 });
  const handler = create(queues.registry);
  expect(await handler({}, lambdaContext(20_000))).toMatchObject({ claimed: 13, done: 13 });
  expect(sent()).toHaveLength(12);
  expect(await queues.statuses()).toEqual({ relayed: 12, done: 1 });
});

test.each([createConsumerHandler, createPgConsumerHandler])(
  'the plain consumer refuses a registry with a queue on SQS',
  async (create) => {
    const { queues } = await setup();
    expect(() => create(queues.registry)).toThrow(
      new TypeError(
        'Queue "relayed" is on SQS: its consumer is made by createRelayingConsumerHandler',
      ),
    );
  },
);

test('without the URL of the queues it says so as it is loaded', async () => {
  const { queues } = await setup();
  vi.stubEnv(SQS_QUEUES_URL, undefined);
  expect(() => createRelayingConsumerHandler(queues.registry)).toThrow(SQS_QUEUES_URL);
});
