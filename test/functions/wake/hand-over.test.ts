// The consumer as it is deployed, handing over by Lambda's own protocol.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createConsumerHandler } from '#functions/consumer.ts';
import { DATABASE_URL, HAND_OVER } from '#functions/environment.ts';
import { handedOverToken, readHandOver } from '#functions/wake/hand-over.ts';
import { registry } from '#handlers/registry.ts';
import { migrate } from '#migrations/migrate.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { consumerArn, openAws } from '#test/support/functions/aws.ts';
import { lambdaContext } from '#test/support/functions/gateway-event.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';

beforeEach(() => {
  // A function reads its environment when it is loaded.
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
});

/** The deployed consumer with a backlog that it takes to be endless, and AWS beside it. */
async function setup(helpers: string | undefined) {
  const stored = await createDatabase();
  await migrate({
    url: stored.url,
    registry,
    log: recordingLog(),
    applicationTables: 'handlers/tables',
  });
  const aws = await openAws();
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
  vi.stubEnv(DATABASE_URL, stored.url);
  vi.stubEnv(HAND_OVER, helpers);
  const items = [{ sku: 'moby-dick', quantity: 1, priceCents: 999 }];
  const messages = Array.from({ length: 300 }, (_, n) => ({
    id: uuidV7(),
    type: 'order.placed',
    payload: { orderId: `A-${n}`, email: 'ishmael@example.com', items },
  }));
  await enqueueMessages(stored.database, messages);
  // Whatever handlers take here: each of them took an hour, the last time.
  const counts = { claimed: 1, done: 1, retried: 0, snoozed: 0, dead: 0, released: 0, stale: 0 };
  const recorded = [...registry.queues.keys()].map((queue) => ({ queue, ...counts, runMs: 3.6e6 }));
  await stored.query('select millrace.record_drain($1)', [JSON.stringify(recorded)]);
  const handler = createConsumerHandler(registry);
  const invoke = (event: unknown) => {
    // As invoked by an alias.
    const context = { ...lambdaContext(30_000), invokedFunctionArn: `${consumerArn}:live` };
    return handler(event, context);
  };
  return { stored, aws, invoke };
}

const places = 'select token from millrace.helper order by token';

test('a consumer invokes its own function, and who is invoked works and invokes nobody', async () => {
  const { stored, aws, invoke } = await setup('2');
  expect(await invoke({})).toMatchObject({ handedOver: 2 });
  await expect.poll(() => aws.events).toHaveLength(2);
  const tokens = await stored.query(places);
  expect(aws.events.map(handedOverToken).sort()).toEqual(tokens.map(({ token }) => token));
  expect(aws.events).toEqual(
    aws.events.map((event) => ({ handedOver: { token: handedOverToken(event) } })),
  );

  for (const event of aws.events) expect(await invoke(event)).toMatchObject({ stale: 0 });
  expect(aws.events).toHaveLength(2);
  expect(await stored.query(places)).toEqual([]);
  expect(
    await stored.query('select from millrace.delivery union all select from millrace.parcel'),
  ).toEqual([]);
}, 60_000);

test('a consumer whose invocations are refused drains all the same', async () => {
  const { stored, aws, invoke } = await setup('2');
  aws.trouble = { status: 403, type: 'AccessDeniedException' };
  expect(await invoke({})).not.toHaveProperty('handedOver');
  expect(
    await stored.query('select from millrace.delivery union all select from millrace.parcel'),
  ).toEqual([]);
}, 60_000);

test('a consumer without the mode asks AWS nothing', async () => {
  const { aws, invoke } = await setup(undefined);
  expect(await invoke({})).not.toHaveProperty('handedOver');
  expect(aws.calls).toEqual([]);
}, 60_000);

describe('the number of helpers', () => {
  const aws = { AWS_REGION: 'r', AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's' };

  test('is none by default, and then AWS is not needed', () => {
    expect(readHandOver({})).toBeUndefined();
  });

  test.each(['0', '-1', '1.5', '101', 'many', ' '])('is not %j', (text) => {
    expect(() => readHandOver({ ...aws, [HAND_OVER]: text })).toThrow(
      `${HAND_OVER} is a whole number from 1 to 100; got "${text}"`,
    );
  });

  test('needs what it takes to call AWS', () => {
    expect(() => readHandOver({ [HAND_OVER]: '8' })).toThrow('AWS_REGION');
    expect(readHandOver({ ...aws, [HAND_OVER]: '8' })?.(consumerArn, 0)).toMatchObject({ most: 8 });
  });
});

test.each([
  undefined,
  null,
  'text',
  { scheduledTime: '2026-11-28T12:00:00Z' },
  { wakeUp: 'scheduled' },
  { handedOver: null },
  { handedOver: { token: 7 } },
  { handedOver: { token: "' or true --" } },
])('%j is a tick', (event) => {
  expect(handedOverToken(event)).toBeUndefined();
});
