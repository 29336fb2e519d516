// The very files that a deployment uploads, run against a real Postgres.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { findApplication } from '#bundling/application.ts';
import { bundleFunction } from '#bundling/bundle-function.ts';
import { DATABASE_URL } from '#functions/environment.ts';
import { type ApiGateway, startApiGateway } from '#local/gateway/api-gateway.ts';
import { lambdaContext } from '#local/gateway/lambda-context.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import { type CloudAssembly, sharedAssembly } from '#test/support/infra/cloud-assembly.ts';
import { startBytes } from '#test/support/infra/start-bytes.ts';

const consumer = 'MillraceConsumerHandler';
const http = 'MillraceHttpHandler';
const migrations = 'MillraceMigrationsFunctionHandler';

const order = JSON.stringify({
  type: 'order.placed',
  payload: {
    orderId: 'o-1',
    email: 'reader@example.com',
    items: [{ sku: 'book', quantity: 1, priceCents: 1900 }],
  },
});

const recursively = { recursive: true } as const;

let assembly: CloudAssembly;
beforeAll(async () => {
  assembly = await sharedAssembly();
});

describe('a bundle', () => {
  test.each([
    [consumer, 197_310],
    [http, 243_560],
  ])('is small enough to start fast: %s, %d bytes', async (path, most) => {
    expect(await startBytes(assembly.folderOf(path))).toBeLessThanOrEqual(most);
  });

  test.each([
    ['consumer', 'pg', 275_430],
    ['http', 'pg', 323_550],
    ['relaying-consumer', 'neon', 210_420],
    ['relaying-consumer', 'pg', 288_540],
  ] as const)(
    'is small enough in other forms, too: %s by %s, %d bytes',
    async (name, driver, most) => {
      const folder = newFolder();
      onTestFinished(() => removeFolder(folder));
      bundleFunction(name, findApplication({}), folder, { driver, external: ['@aws-sdk/*'] });
      expect(await startBytes(folder)).toBeLessThanOrEqual(most);
    },
  );

  test('loads no part of Node at each cold start that is needed later or not at all', async () => {
    const text = await readFile(join(assembly.folderOf(consumer), 'index.mjs'), 'utf8');
    const imported = text.matchAll(/\bfrom\s*"(node:[^"]+)"/g);
    expect([...new Set(Array.from(imported, ([, name]) => name))]).toEqual([
      'node:timers/promises',
    ]);
  });

  test.each([http, consumer, migrations])(
    'brings a source map that names files without containing them: %s',
    async (path) => {
      const text = await readFile(join(assembly.folderOf(path), 'index.mjs.map'), 'utf8');
      const map: { sources: string[]; sourcesContent?: string[] } = JSON.parse(text);
      expect(map.sources.join(' ')).toMatch(/functions\/\w+\.ts/);
      expect(map.sourcesContent).toBeUndefined();
    },
  );

  test('of the migrations has the SQL of the checkout beside it', async () => {
    for (const folder of ['migrations/tables', 'migrations/routines', 'handlers/tables']) {
      const bundled = await readdir(join(assembly.folderOf(migrations), folder), recursively);
      const written = await readdir(folder, recursively);
      expect(bundled.toSorted()).toEqual(written.toSorted());
    }
  });
});

describe('deployed on an empty database', () => {
  let database: TestDatabase;
  let key: string;
  let gateway: ApiGateway;

  const handlerOf = async (path: string) =>
    (await import(pathToFileURL(join(assembly.folderOf(path), 'index.mjs')).href)).handler;

  beforeAll(async () => {
    database = await createDatabase({ empty: true });
    vi.stubEnv(DATABASE_URL, database.url);
    await (await handlerOf(migrations))(
      {},
      lambdaContext('migrate', () => 600_000),
    );
    const [made] = await database.query<{ key: string }>(
      `select millrace.create_api_key('shop', '{enqueue:*,read}') as key`,
    );
    key = made?.key ?? '';
    gateway = await startApiGateway({ handler: await handlerOf(http) });
    return async () => {
      await gateway.stop();
      vi.unstubAllEnvs();
    };
  });

  const call = (path: string, init?: RequestInit) =>
    fetch(`http://127.0.0.1:${gateway.port}/v1${path}`, init);

  test('the API is healthy', async () => {
    const response = await call('/health');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'ok' });
  });

  test('the API is closed', async () => {
    const response = await call('/messages', { method: 'POST', body: '{}' });
    expect(response.status).toBe(401);
  });

  test('a message goes all the way: posted, drained by a tick, done', async () => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const posted = await call('/messages', { method: 'POST', headers, body: order });
    expect(posted.status).toBe(202);
    const { id } = (await posted.json()) as { id: string };

    await (await handlerOf(consumer))(
      { scheduledTime: '2026-01-01T00:00:00Z' },
      lambdaContext('consumer', () => 55_000),
    );

    const { deliveries } = (await (await call(`/messages/${id}`, { headers })).json()) as {
      deliveries: { queue: string; status: string }[];
    };
    expect(deliveries.map(({ queue, status }) => `${queue} ${status}`).toSorted()).toEqual([
      'inventory done',
      'notifications done',
      'payments done',
    ]);
  });
});
