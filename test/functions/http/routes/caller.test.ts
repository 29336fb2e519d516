import { beforeAll, expect, test } from 'vitest';
import { release } from '#queue/release.ts';
import type { TestDatabase } from '#test/support/database.ts';
import {
  bearer,
  createApiDatabase,
  keyOf,
  openApi,
  putApiKey,
} from '#test/support/functions/api.ts';

const path = '/v1/caller';
const powerless = keyOf('nothing allowed');

let stored: TestDatabase;
beforeAll(async () => {
  stored = await createApiDatabase();
  await putApiKey(stored, 'nobody', powerless, []);
});

test('tells a caller its name and its scopes, also when there are none', async () => {
  const api = openApi(stored);
  const shop = await api.call({ path, headers: bearer() });
  expect([shop.status, shop.headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(shop.body).toEqual({
    name: 'shop',
    scopes: ['enqueue:*', 'read', 'operate'],
    sleeps: false,
    release,
  });
  const nobody = await api.call({ path, headers: bearer(powerless) });
  expect(nobody.body).toMatchObject({ name: 'nobody', scopes: [] });
});

test('asks the database for the key alone, and for a known key nothing', async () => {
  const statements: string[] = [];
  const database = {
    query: <Row extends object>(text: string, parameters?: readonly unknown[]) => {
      statements.push(text);
      return stored.database.query<Row>(text, parameters);
    },
  };
  const api = openApi({ database });
  for (let n = 0; n < 3; n += 1) await api.call({ path, headers: bearer() });
  expect(statements).toEqual([expect.stringContaining('find_api_key')]);
});

test('says that a look wakes the database, where it sleeps', async () => {
  const unasked = () => expect.fail('nobody is woken');
  const wakeUps = { sleeps: true, isEager: false, enqueue: unasked, invoke: unasked, arm: unasked };
  const { body } = await openApi({ ...stored, wakeUps }).call({ path, headers: bearer() });
  expect(body.sleeps).toBe(true);
});

test('needs a key', async () => {
  expect((await openApi(stored).call({ path })).status).toBe(401);
});
