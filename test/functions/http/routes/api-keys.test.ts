import { beforeAll, expect, test } from 'vitest';
import { bearer } from '#test/support/functions/api.ts';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';
import { moveClock } from '#test/support/functions/clock.ts';

let store: Bookstore;
beforeAll(async () => {
  store = await openBookstore();
});

async function makeKey(name: string): Promise<string> {
  const [row] = await store.query<{ key: string }>(
    `select millrace.create_api_key($1, '{read}') as key`,
    [name],
  );
  return row?.key ?? '';
}

test('a key that was made is let in, and within five seconds of its end no more', async () => {
  const { forward } = moveClock();
  const headers = bearer(await makeKey('reader'));
  expect((await store.call('/v1/queues', { headers })).status).toBe(200);
  const revoked = await store.call('/v1/api-keys/reader', { method: 'DELETE' });
  expect([revoked.status, revoked.body]).toEqual([
    200,
    { name: 'reader', revokedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
  ]);
  forward(5_000);
  expect((await store.call('/v1/queues', { headers })).status).toBe(401);
  expect(await store.audit()).toMatchObject([
    { action: 'create-api-key' },
    { actor: 'shop', action: 'revoke-api-key', target: { apiKey: 'reader' }, affected: 1 },
  ]);
});

test('lists the keys, without anything of which one could make a key', async () => {
  await makeKey('lister');
  const { status, body, text } = await store.call('/v1/api-keys');
  expect(status).toBe(200);
  expect(body.items.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['lister', 'shop']),
  );
  for (const row of await store.query('select secret_hash from millrace.api_key'))
    expect(text).not.toContain(row['secret_hash']);
  const shop = body.items.find(({ name }: { name: string }) => name === 'shop');
  expect(shop).toMatchObject({ lastUsedAt: expect.any(String), revokedAt: null });
});

test('answers 404 for a name that no key has', async () => {
  const answer = await store.call('/v1/api-keys/nobody', { method: 'DELETE' });
  expect([answer.status, answer.body.detail]).toEqual([404, 'No API key has this name.']);
});

test('is for operators alone', async () => {
  const headers = bearer(await makeKey('curious'));
  for (const call of [{ path: '/v1/api-keys' }, { path: '/v1/api-keys/shop', method: 'DELETE' }])
    expect((await store.api.call({ ...call, headers })).status).toBe(403);
});
