// The three functions as they are deployed: configured by the environment, on the application's own registry.
import { beforeEach, expect, test, vi } from 'vitest';
import { type ConsumerHandler, createConsumerHandler } from '#functions/consumer.ts';
import { DATABASE_URL, DATABASES } from '#functions/environment.ts';
import type { GatewayHandler } from '#functions/http/gateway-adapter.ts';
import { createHttpHandler } from '#functions/http.ts';
import { createMigrateHandler } from '#functions/migrate.ts';
import { registry } from '#handlers/registry.ts';
import { howToMigrate, schemaNeeded } from '#queue/schema-needed.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { bearer, putApiKey, secret } from '#test/support/functions/api.ts';
import { moveClock } from '#test/support/functions/clock.ts';
import { type Call, gatewayEvent, lambdaContext } from '#test/support/functions/gateway-event.ts';
import { pretendSchema } from '#test/support/sql/pretend-schema.ts';

let stored: TestDatabase;
/** Those of the test that runs, each made when it is called first. */
let loaded: { http?: GatewayHandler; consumer?: ConsumerHandler };
beforeEach(async () => {
  loaded = {};
  stored = await createDatabase({ empty: true });
  vi.stubEnv(DATABASE_URL, stored.url);
  vi.stubEnv(DATABASES, undefined);
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
});

const migrate = () => createMigrateHandler(registry)();

async function drain() {
  loaded.consumer ??= createConsumerHandler(registry);
  return loaded.consumer({}, lambdaContext(20_000));
}

async function call(call: Call) {
  loaded.http ??= createHttpHandler(registry);
  return loaded.http(gatewayEvent({ ...call, headers: bearer() }));
}

test('a rollback on a database that a newer release has migrated succeeds and changes nothing', async () => {
  await migrate();
  const newer = 'migrations/tables/9999_newer.sql';
  await stored.query(`insert into millrace.migration (name, checksum) values ($1, '')`, [newer]);
  await stored.query('delete from millrace.subscription');
  expect(await migrate()).toEqual({ applied: [], newer: [newer] });
  expect(await stored.query('select from millrace.subscription')).toEqual([]);
});

test('several databases are migrated, and each is told which it is', async () => {
  const all = [stored, await createDatabase({ empty: true })];
  vi.stubEnv(DATABASE_URL, all.map(({ url }) => url).join(' '));
  vi.stubEnv(DATABASES, '2');
  const { applied } = await migrate();
  expect(applied).toContain('migrations/tables/0001_schema.sql');
  const text = 'select millrace.databases() as placed';
  const placed = await Promise.all(all.map(({ query }) => query(text)));
  expect(placed.flat()).toMatchObject(
    [0, 1].map((number) => ({ placed: { number, databases: 2, before: null } })),
  );
  expect(await migrate()).toEqual({ applied: [] });
}, 30_000);

test('an empty database is migrated, and an order that is posted is done after a tick', async () => {
  const { applied } = await migrate();
  expect(applied).toEqual(
    expect.arrayContaining([
      'migrations/tables/0001_schema.sql',
      'migrations/routines/claim/claim.sql',
    ]),
  );
  expect(await migrate()).toEqual({ applied: [] });
  expect((await call({ path: '/v1/health' })).statusCode).toBe(200);

  await putApiKey(stored, 'shop', secret, ['enqueue:*', 'read']);
  const items = [{ sku: 'moby-dick', quantity: 1, priceCents: 999 }];
  const payload = { orderId: 'A-1', email: 'ishmael@example.com', items };
  const posted = await call({ path: '/v1/messages', body: { type: 'order.placed', payload } });
  expect(posted.statusCode).toBe(202);

  const summary = await drain();
  expect(summary).toMatchObject({ retried: 0, dead: 0, stale: 0 });
  expect(summary.done).toBeGreaterThanOrEqual(3);
  const { id } = JSON.parse(posted.body ?? '');
  const status = await call({ path: `/v1/messages/${id}` });
  expect(JSON.parse(status.body ?? '')).toMatchObject({ status: 'done' });
});

test('a database that was never migrated fails a tick with one line that says what to do, until somebody invokes the migration', async () => {
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'ERROR');
  const written: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  const told = () => written.filter((line) => line.includes('"database-unmigrated"'));
  await expect(drain()).rejects.toThrow('schema "millrace" does not exist');
  await expect(drain()).rejects.toThrow('schema "millrace" does not exist');
  expect(told()).toHaveLength(1);
  expect(JSON.parse(told()[0] ?? '')).toMatchObject({
    level: 'ERROR',
    service: 'consumer',
    todo: expect.stringMatching(/^run "npx millrace migrate" or invoke the migration function/),
  });
  await migrate();
  expect(await drain()).toMatchObject({ stale: 0 });
  write.mockRestore();
});

test('a schema that is older, though it lacks nothing that is called, is refused by each function until it is migrated', async () => {
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'ERROR');
  const written: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  const clock = moveClock();
  await migrate();
  await putApiKey(stored, 'shop', secret, ['enqueue:*', 'read']);
  await pretendSchema(stored, '0022');
  const items = [{ sku: 'moby-dick', quantity: 1, priceCents: 999 }];
  const payload = { orderId: 'A-1', email: 'ishmael@example.com', items };
  const post = () => call({ path: '/v1/messages', body: { type: 'order.placed', payload } });
  for (const answer of [await post(), await post(), await call({ path: '/v1/health' })]) {
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '60' } });
    expect(JSON.parse(answer.body ?? '')).toMatchObject({
      type: 'urn:millrace:problem:database-unmigrated',
      detail: `The database's schema is 0022 and this release needs ${schemaNeeded} or newer.`,
    });
  }
  await expect(drain()).rejects.toThrow("the database's schema is 0022");
  await expect(drain()).rejects.toThrow("the database's schema is 0022");
  const told = written.filter((line) => line.includes('"database-unmigrated"'));
  expect(told.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'ERROR', service: 'http', todo: howToMigrate },
    { level: 'ERROR', service: 'consumer', todo: howToMigrate },
  ]);
  expect(await stored.query('select from millrace.message')).toEqual([]);

  await pretendSchema(stored, schemaNeeded);
  clock.forward(1_000);
  expect((await post()).statusCode).toBe(202);
  expect((await drain()).done).toBeGreaterThanOrEqual(3);
  write.mockRestore();
});

test.each([null, undefined, 'text', {}, { version: '1.0', httpMethod: 'GET' }, { Records: [] }])(
  'the http function says what it takes when it gets %j',
  async (event) => {
    const handler = createHttpHandler(registry);
    await expect(handler(event as never)).rejects.toThrow(
      /^the http function takes events of API Gateway's HTTP API, payload format 2.0; got /,
    );
  },
);

test.each([null, undefined, 'text', { handedOver: null }, { wakeUp: 1 }])(
  'a tick takes whatever it gets as its event: %j',
  async (event) => {
    await migrate();
    const handler = createConsumerHandler(registry);
    expect(await handler(event, lambdaContext(20_000))).toMatchObject({ stale: 0 });
  },
);
