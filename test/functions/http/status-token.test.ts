// Whoever holds a status token sees the one message that it is for, and nothing of what was sent.
import { randomBytes, randomInt } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { statusToken, tokenExpiry, tokenFault } from '#functions/http/status-token.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { bearer, createApiDatabase, openApi, type TestApi } from '#test/support/functions/api.ts';
import { countStatements } from '#test/support/queue/intercept.ts';

const key = 'the key of all tests';
const hour = 3_600_000;

let stored: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  stored = await createApiDatabase();
  api = openApi({ database: stored.database });
});

const order = { type: 'order.placed', payload: { orderId: 'A' } };

async function enqueue(more: object = {}, headers: object = {}) {
  const call = { path: '/v1/messages', body: { ...order, ...more } };
  const { body } = await api.call({ ...call, headers: { ...bearer(), ...headers } });
  return body as { id: string; statusToken: string };
}

const ask = (id: string, token: string, headers: object = {}) =>
  api.call({ path: `/v1/messages/${id}`, headers: { 'status-token': token, ...headers } });

describe('the holder of a token', () => {
  test('sees its message without what was sent, without any other credential', async () => {
    const { id, statusToken: token } = await enqueue({ headers: { note: 'secret' } });
    await stored.query(
      `insert into millrace.attempt (message_id, outcome, queue_id, attempt, error)
       select $1, 'retry', id, 1, '{"name": "Error", "message": "secret"}' from millrace.queue`,
      [id],
    );
    await stored.query('update millrace.queue set has_steps = true');
    await stored.query(
      `insert into millrace.step (message_id, queue_id, number, version, name, result, started_at)
       select $1, id, 0, 1, 'ask for the secret', '"secret"', now() from millrace.queue`,
      [id],
    );
    const answer = await ask(id, token);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body)).not.toContain('payload');
    expect(answer.text).not.toContain('secret');
    const [delivery] = answer.body.deliveries;
    expect(delivery.attempts).toMatchObject([{ outcome: 'retry', error: null }]);
    expect(delivery).not.toHaveProperty('steps');
    const { body } = await api.call({ path: `/v1/messages/${id}`, headers: bearer() });
    expect(body.deliveries[0].steps).toMatchObject([{ name: 'ask for the secret' }]);
  });

  test('sees no more for a key that it sends as well', async () => {
    const { id, statusToken: token } = await enqueue();
    const { body } = await ask(id, token, bearer());
    expect(body).not.toHaveProperty('payload');
  });

  test('is told for a duplicate, too', async () => {
    const first = await enqueue({}, { 'idempotency-key': 'twice' });
    const second = await enqueue({}, { 'idempotency-key': 'twice' });
    expect(second.id).toBe(first.id);
    expect((await ask(second.id, second.statusToken)).status).toBe(200);
  });

  test('costs the database the status alone', async () => {
    const { id, statusToken: token } = await enqueue();
    const counted = countStatements(stored.database);
    const { status } = await openApi({ database: counted }).call({
      path: `/v1/messages/${id}`,
      headers: { 'status-token': token },
    });
    expect(status).toBe(200);
    expect(counted.statements.map(({ text }) => text)).toEqual([
      'select millrace.status($1) as status',
    ]);
  });

  test.each([
    ['DELETE', (id: string) => `/v1/messages/${id}`],
    ['POST', (id: string) => `/v1/messages/${id}/replay`],
    ['GET', (id: string) => `/v1/messages/${id}/chain`],
    ['GET', () => '/v1/messages'],
    ['GET', () => '/v1/queues'],
    ['GET', () => '/v1/caller'],
    ['POST', () => '/v1/messages'],
  ])('may do nothing else: %s', async (method, path) => {
    const { id, statusToken: token } = await enqueue();
    const body = method === 'POST' ? order : undefined;
    const call = { method, path: path(id), body, headers: { 'status-token': token } };
    expect((await api.call(call)).status).toBe(401);
  });

  test('in a page of a foreign origin is refused', async () => {
    const { id, statusToken: token } = await enqueue();
    const answer = await ask(id, token, { origin: 'https://elsewhere.example' });
    expect(answer.status).toBe(403);
  });
});

test('a token of another message, an expired, a forged and a cut one are refused, each by its name', async () => {
  const { id, statusToken: token } = await enqueue();
  const other = await enqueue();
  const refusals = [
    [other.statusToken, 'status-token-foreign'],
    [statusToken(key, id, Date.now() - 1_000), 'status-token-expired'],
    [statusToken('another key', id, Date.now() + hour), 'status-token-invalid'],
    [token.slice(0, -1), 'status-token-invalid'],
    ['', 'status-token-invalid'],
  ];
  for (const [wrong = '', kind] of refusals) {
    const answer = await ask(id, wrong, bearer());
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.body.type).toBe(`urn:millrace:problem:${kind}`);
  }
  expect(JSON.stringify(api.log)).not.toContain(token.slice(5));
});

test('whatever is changed in a token, it opens nothing', () => {
  const id = '0198f2c4-7d1e-7a3b-9c55-3e8f0a6d2b41';
  const now = Date.now();
  const token = statusToken(key, id, now + hour);
  expect(tokenFault(key, token, { id, now })).toBeUndefined();
  expect(tokenFault(key, token, { id: id.toUpperCase(), now })).toBeUndefined();
  const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~ é\0';
  for (let n = 0; n < 20_000; n += 1) {
    const at = randomInt(token.length);
    const sign = signs.charAt(randomInt(signs.length));
    const wrong =
      n % 4 === 0
        ? `mst_1${randomBytes(39).toString('base64url')}`
        : token.slice(0, at) + sign + token.slice(at + (n % 4 === 1 ? 0 : 1));
    if (wrong !== token) expect(tokenFault(key, wrong, { id, now }), wrong).toBeDefined();
  }
});

test('a token lasts for a day after the message may begin', () => {
  const day = 24 * hour;
  const near = (at: number) => (expiry: number) => Math.abs(expiry - at) < 10_000;
  expect(tokenExpiry()).toSatisfy(near(Date.now() + day));
  expect(tokenExpiry({ delaySeconds: 3_600 })).toSatisfy(near(Date.now() + hour + day));
  const scheduledAt = new Date(Date.now() + 7 * day).toISOString();
  expect(tokenExpiry({ scheduledAt })).toSatisfy(near(Date.now() + 8 * day));
  expect(tokenExpiry({ scheduledAt: '2020-01-01T00:00:00Z' })).toSatisfy(near(Date.now() + day));
});
