// A login for each function, made by the very SQL that docs/deploy.md shows: what each function does must work with it,
// and more must not.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createConsumerHandler } from '#functions/consumer.ts';
import {
  CONSUMER_ARN,
  DATABASE_URL,
  EAGER,
  HAND_OVER,
  WAKE_UP_GROUP,
  WAKE_UP_ROLE,
} from '#functions/environment.ts';
import { createHttpHandler } from '#functions/http.ts';
import { createMigrateHandler } from '#functions/migrate.ts';
import { registry } from '#handlers/registry.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { guideBlocks } from '#test/support/docs/guide-blocks.ts';
import { bearer, putApiKey, secret } from '#test/support/functions/api.ts';
import { consumerArn, openAws, wakeUpGroup } from '#test/support/functions/aws.ts';
import { type Call, gatewayEvent, lambdaContext } from '#test/support/functions/gateway-event.ts';

// Roles are the server's, which other tests use at the same time.
const shop = `shop_${randomBytes(6).toString('hex')}`;
const users = ['migrations', 'http', 'consumer'] as const;

let stored: TestDatabase;

beforeAll(async () => {
  stored = await createDatabase({ empty: true });
  await stored.query(await shownSql('create role shop_http'));
  expect((await as('migrations', migrate)).applied).toContain('migrations/tables/0001_schema.sql');
  await stored.query(await shownSql('nocreaterole'));
  await putApiKey(stored, 'shop', secret, ['enqueue:*', 'read', 'operate']);
});

afterAll(async () => {
  for (const user of users)
    await stored.query(`drop owned by ${shop}_${user} cascade; drop role ${shop}_${user}`);
});

/** The block of docs/deploy.md with these words, for logins that no other test has. */
async function shownSql(words: string): Promise<string> {
  const blocks = guideBlocks(await readFile('docs/deploy.md', 'utf8'));
  const [block, ...others] = blocks.filter(
    ({ language, text }) => language === 'sql' && text.includes(words),
  );
  if (!block || others.length > 0) throw new Error(`Not one block of SQL has "${words}"`);
  return block.text.replaceAll('shop_', `${shop}_`);
}

function urlFor(user: (typeof users)[number], url = stored.url): string {
  const own = new URL(url);
  own.username = `${shop}_${user}`;
  own.password = 'change me';
  return own.href;
}

type Environment = Readonly<Record<string, string>>;

/** A function reads its environment when it is loaded. */
async function as<Result>(
  user: (typeof users)[number],
  run: () => Promise<Result>,
  environment: Environment = {},
) {
  vi.stubEnv(DATABASE_URL, urlFor(user));
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  return run().finally(() => vi.unstubAllEnvs());
}

const migrate = async () => createMigrateHandler(registry)();
const drain = async (event: object = {}, remainingMs = 20_000) =>
  createConsumerHandler(registry)(event, {
    ...lambdaContext(remainingMs),
    invokedFunctionArn: consumerArn,
  });

const http = (call: Call, environment?: Environment) =>
  as(
    'http',
    async () => {
      const handler = createHttpHandler(registry);
      const { statusCode, body } = await handler(gatewayEvent({ headers: bearer(), ...call }));
      return { status: statusCode, body: JSON.parse(body || '{}') };
    },
    environment,
  );

const order = (orderId: string) => ({
  type: 'order.placed',
  payload: {
    orderId,
    email: 'ishmael@example.com',
    items: [{ sku: 'moby-dick', quantity: 1, priceCents: 999 }],
  },
});

test('the migrations go on without the right to make roles', async () => {
  await stored.query(`delete from millrace.migration where name = 'millrace.enqueue'`);
  const { applied } = await as('migrations', migrate);
  expect(applied).toEqual(['migrations/routines/enqueue/enqueue.sql']);
});

test('the http function’s login serves every operation of the API', async () => {
  const answers: Record<string, number> = {};
  const call = async (operation: string, more: Partial<Call> & { path?: string } = {}) => {
    const [method = '', path = ''] = operation.split(' ');
    const { status, body } = await http({ method, path, ...more });
    answers[operation] = status ?? 0;
    return body;
  };
  const headers = { ...bearer(), 'idempotency-key': 'A-1' };
  const { id } = await call('POST /v1/messages', { body: order('A-1'), headers });
  const messages = [order('A-2'), order('A-3')];
  await call('POST /v1/messages/batch', { body: { messages } });
  await call('GET /v1/messages');
  await call('GET /v1/messages/{id}', { path: `/v1/messages/${id}` });
  await call('GET /v1/messages/{id}/chain', { path: `/v1/messages/${id}/chain` });
  const event = { path: `/v1/messages/${id}/events`, body: { name: 'approved' } };
  await call('POST /v1/messages/{id}/events', event);
  await call('DELETE /v1/messages/{id}', { path: `/v1/messages/${id}` });
  await call('POST /v1/messages/{id}/replay', { path: `/v1/messages/${id}/replay`, body: {} });
  const chord = await call('POST /v1/chords', { body: { messages, followedBy: order('A-4') } });
  const path = `/v1/chords/${chord.id}`;
  await call('POST /v1/chords/{id}/messages', { path: `${path}/messages`, body: { messages } });
  await call('GET /v1/chords');
  await call('GET /v1/chords/{id}', { path });
  await call('DELETE /v1/chords/{id}', { path });
  await call('GET /v1/queues');
  await call('GET /v1/queues/{name}', { path: '/v1/queues/payments' });
  await call('GET /v1/queues/{name}/blocked-groups', {
    path: '/v1/queues/payments/blocked-groups',
  });
  for (const list of ['paused-keys', 'waiting-keys'])
    await call(`GET /v1/queues/{name}/${list}`, { path: `/v1/queues/payments/${list}` });
  for (const action of ['pause', 'resume'])
    await call(`POST /v1/queues/{name}/${action}`, { path: `/v1/queues/payments/${action}` });
  const purge = { path: '/v1/queues/inventory/purge', body: { confirm: 'inventory' } };
  await call('POST /v1/queues/{name}/purge', purge);
  await call('GET /v1/history', { query: 'period=hour' });
  await call('GET /v1/drains');
  await call('GET /v1/audit');
  await call('GET /v1/caller');
  await call('GET /v1/schedules');
  for (const action of ['pause', 'resume', 'run'])
    await call(`POST /v1/schedules/{name}/${action}`, {
      path: `/v1/schedules/weekly-summary/${action}`,
    });
  await call('GET /v1/dead-letters');
  await call('GET /v1/dead-letters/groups');
  const all = { filter: { queue: 'payments' } };
  await call('POST /v1/dead-letters/redrive', { body: all });
  await call('DELETE /v1/dead-letters', { body: all });
  await call('GET /v1/api-keys');
  await putApiKey(stored, 'leaver', 'x'.repeat(64), ['read']);
  await call('DELETE /v1/api-keys/{name}', { path: '/v1/api-keys/leaver' });
  await call('GET /v1/health');
  const { paths } = await call('GET /v1/openapi.json');

  const operations = Object.entries<object>(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(Object.keys(answers).toSorted()).toEqual(operations.toSorted());
  expect(Object.entries(answers).filter(([, status]) => status >= 300)).toEqual([]);
});

test('the consumer’s login drains, with transactions on the tables of the handlers', async () => {
  await http({ path: '/v1/messages', body: order('B-1') });
  const summary = await as('consumer', drain);
  expect(summary).toMatchObject({ retried: 0, dead: 0, stale: 0 });
  expect(await stored.query(`select from bookstore.payment where order_id = 'B-1'`)).toHaveLength(
    1,
  );
  expect(await stored.query(`select from bookstore.shipment where order_id = 'B-1'`)).toHaveLength(
    1,
  );
});

test('the logins are enough for sleep, eager and hand-over together', async () => {
  const aws = await openAws();
  const modes = {
    ...aws.environment,
    [WAKE_UP_GROUP]: wakeUpGroup,
    [WAKE_UP_ROLE]: 'arn:aws:iam::000000000000:role/wake-ups',
    [CONSUMER_ARN]: consumerArn,
    [EAGER]: 'on',
    [HAND_OVER]: '2',
  };
  const armed = () => aws.calls.filter(({ service }) => service === 'scheduler').length;

  expect(await http({ path: '/v1/messages', body: order('C-1') }, modes)).toMatchObject({
    status: 202,
  });
  expect(aws.events).toEqual([{ wakeUp: 'enqueued' }]);
  expect(armed()).toBe(1);
  await http({ path: '/v1/queues/payments/resume', method: 'POST' }, modes);

  await stored.query(
    `select millrace.enqueue('order.placed', $1 || jsonb_build_object('orderId', 'D-' || n))
     from generate_series(1, 300) as n`,
    [order('D').payload],
  );
  // As if handlers had been slow, so that this consumer cannot be done alone.
  await stored.query('update millrace.drain_log set run_ms = 1000 * claimed');
  await as('consumer', () => drain({ wakeUp: 'enqueued' }, 5_000), modes);
  const [, first] = aws.events;
  expect(first).toEqual({ handedOver: { token: expect.any(String) } });
  expect(armed()).toBeGreaterThan(1);
  expect(await as('consumer', () => drain(first as object, 5_000), modes)).toMatchObject({
    stale: 0,
  });
});

describe('no login may do another’s work:', () => {
  let clients: Record<string, Client>;
  beforeEach(async () => {
    const opened = users.map(async (user) => {
      const client = new Client(urlFor(user, stored.directUrl));
      await client.connect();
      return [user, client] as const;
    });
    clients = Object.fromEntries(await Promise.all(opened));
    return async () => {
      for (const client of Object.values(clients)) await client.end();
    };
  });

  test.each([
    ['http', 'select payload from millrace.message'],
    ['http', 'select secret_hash from millrace.api_key'],
    ['http', `select millrace.create_api_key('thief', '{operate}')`],
    ['http', 'select millrace.maintain()'],
    ['http', 'select * from bookstore.email'],
    ['http', 'create table millrace.own ()'],
    ['consumer', `select millrace.enqueue('order.placed', '{}')`],
    ['consumer', 'select payload from millrace.message'],
    ['consumer', 'select secret_hash from millrace.api_key'],
    ['consumer', `select millrace.pause('payments')`],
    ['consumer', 'create table bookstore.own ()'],
    ['migrations', 'create role another'],
  ])('%s: %s', async (user, statement) => {
    await expect(clients[user]?.query(statement)).rejects.toMatchObject({ code: '42501' });
  });
});
