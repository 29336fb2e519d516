import { beforeAll, describe, expect, test } from 'vitest';
import type { TestDatabase } from '#test/support/database.ts';
import {
  bearer,
  createApiDatabase,
  keyOf,
  openApi,
  putApiKey,
  secret,
} from '#test/support/functions/api.ts';
import type { Call } from '#test/support/functions/gateway-event.ts';
import { countStatements } from '#test/support/queue/intercept.ts';

let stored: TestDatabase;
beforeAll(async () => {
  stored = await createApiDatabase();
});

const shop = 'https://shop.example';
const order = { type: 'order.placed', payload: { orderId: 'A' } };
const hidden = { type: 'test.anything', payload: 1 };
const post = (body: unknown, call: Partial<Call> = {}): Call => ({
  path: '/v1/messages',
  body,
  ...call,
});

function open(options: { allowedOrigins?: string[] } = {}) {
  return openApi({ database: stored.database, ...options });
}

describe('without a key that is known', () => {
  test.each([
    ['no header', undefined],
    ['another scheme', 'Basic c2hvcDpzZWNyZXQ='],
    ['a bare key', secret],
    ['an empty key', 'Bearer '],
    ['an unknown key', `Bearer ${keyOf('nobody whatsoever')}`],
    ['a key with more behind it', `Bearer ${secret} x`],
    ['an endless key', `Bearer ${'x'.repeat(10_000)}`],
  ])('%s answers 401', async (_name, authorization) => {
    const answer = await open().call(post(order, { headers: { authorization } }));
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.body.type).toBe('urn:millrace:problem:unauthenticated');
  });

  test('faults of the body stay unread', async () => {
    expect((await open().call(post('{'))).status).toBe(401);
  });
});

test('takes the scheme in any case', async () => {
  const [key] = Object.values(bearer());
  const authorization = key?.replace('Bearer', 'bearer');
  expect((await open().call(post(order, { headers: { authorization } }))).status).toBe(202);
});

describe('scopes', () => {
  const cases: [string, string[], string, number][] = [
    ['every type', ['enqueue:*'], 'test.anything', 202],
    ['the type by name', ['enqueue:test.anything'], 'test.anything', 202],
    ['the types of a prefix', ['read', 'enqueue:test.*'], 'test.anything', 202],
    ['another type', ['enqueue:order.placed'], 'test.anything', 403],
    ['a prefix that ends inside a word', ['enqueue:test.any.*'], 'test.anything', 403],
    ['the beginning of a name', ['enqueue:test.any'], 'test.anything', 403],
    ['a longer name', ['enqueue:test.anything.more'], 'test.anything', 403],
    ['reading only', ['read', 'operate'], 'test.anything', 403],
    ['nothing', [], 'test.anything', 403],
    ['other types, for one that does not exist', ['enqueue:order.*'], 'test.missing', 403],
  ];
  test.each(cases)('for %s', async (name, scopes, type, status) => {
    const key = keyOf(name);
    await putApiKey(stored, name, key, scopes);
    const answer = await open().call(post({ type, payload: 1 }, { headers: bearer(key) }));
    expect(answer.status).toBe(status);
    if (status === 403)
      expect(answer.body).toMatchObject({
        type: 'urn:millrace:problem:type-not-allowed',
        errors: [{ pointer: '/type', code: 'type_not_allowed' }],
      });
  });

  test('a batch with one type that is not allowed answers 403 and names it', async () => {
    const key = keyOf('orders and nothing else');
    await putApiKey(stored, 'orders', key, ['enqueue:order.*']);
    const messages = [order, hidden, { ...order, priority: 0 }];
    const call = { path: '/v1/messages/batch', body: { messages }, headers: bearer(key) };
    const answer = await open().call(call);
    expect(answer.status).toBe(403);
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/messages/1/type',
      '/messages/2/priority',
    ]);
  });
});

describe('a browser', () => {
  const headers = { ...bearer(), origin: shop };

  test('may enqueue public types only', async () => {
    const api = open({ allowedOrigins: [shop] });
    expect((await api.call(post(order, { headers }))).status).toBe(202);
    const answer = await api.call(post(hidden, { headers }));
    expect(answer.status).toBe(403);
    expect(answer.body.errors[0].pointer).toBe('/type');
  });

  test.each([
    ['from an origin that is not listed', [`${shop}:8080`], 403],
    ['while none is listed', [], 403],
    ['while all are', ['*'], 202],
  ])('%s', async (_name, allowedOrigins, status) => {
    const answer = await open({ allowedOrigins }).call(post(order, { headers }));
    expect(answer.status).toBe(status);
  });

  test('with the page of the API itself, which is the console, needs no listing, and is a browser still', async () => {
    const own = { ...bearer(), origin: 'https://api.execute-api.eu-central-1.amazonaws.com' };
    expect((await open().call(post(order, { headers: own }))).status).toBe(202);
    expect((await open().call(post(hidden, { headers: own }))).status).toBe(403);
    const other = { ...own, origin: `${own.origin}:8443` };
    expect((await open().call(post(order, { headers: other }))).status).toBe(403);
  });
});

test('an authorizer of another kind vouches for nobody', async () => {
  for (const authorizer of [{ lambda: { scope: 'enqueue:*' } }, { jwt: null }, { jwt: {} }, {}])
    expect((await open().call(post(order, { authorizer }))).status).toBe(401);
});

describe('with keys that are not known', () => {
  const from = (sourceIp: string, key: string) => post(order, { sourceIp, headers: bearer(key) });

  test('what cannot be a key is refused without the database, as often as it comes', async () => {
    const database = countStatements(stored.database);
    const api = openApi({ database });
    for (const key of [...misspelt(secret), ...Array(50).fill('guessed')])
      expect((await api.call(from('192.0.2.9', key))).status).toBe(401);
    expect(database.statements).toEqual([]);
    expect((await api.call(from('192.0.2.9', secret))).status).toBe(202);
  });

  test('an address that tries many is answered 429, and others are not', async () => {
    const api = open();
    const statuses: number[] = [];
    for (let guess = 0; guess < 25; guess += 1)
      statuses.push((await api.call(from('192.0.2.7', keyOf(`guess ${guess}`)))).status);
    expect(statuses).toEqual([...Array(20).fill(401), ...Array(5).fill(429)]);
    const refused = await api.call(from('192.0.2.7', keyOf('guess 25')));
    expect(refused.headers.get('retry-after')).toBe('5');
    expect((await api.call(from('192.0.2.8', secret))).status).toBe(202);
  });

  test('strangers with keys of the right form, from everywhere, keep no caller out', async () => {
    const callers = Array.from({ length: 60 }, (_, number) => keyOf(`caller ${number}`));
    for (const [number, key] of callers.entries())
      await putApiKey(stored, `caller-${number}`, key, ['enqueue:*']);
    const api = open();
    const statuses = { strangers: new Set<number>(), callers: new Set<number>() };
    const send = async (who: 'strangers' | 'callers', sourceIp: string, key: string) => {
      statuses[who].add((await api.call(from(sourceIp, key))).status);
    };
    // At once as many strangers as come in an eighth of a second, and among them callers, none of whom has called before.
    for (let wave = 0; wave < 20; wave += 1)
      await Promise.all([
        ...Array.from({ length: 25 }, (_, number) =>
          send('strangers', `2001:db8:${wave}:${number}::1`, keyOf(`stranger ${wave} ${number}`)),
        ),
        ...callers.splice(0, 3).map((key) => send('callers', '2001:db8::1', key)),
      ]);
    expect(callers).toEqual([]);
    expect(statuses).toEqual({ strangers: new Set([401]), callers: new Set([202]) });
  });
});

/** One letter changed, one missing, one too many, and a key as it was before there were checksums. */
const misspelt = (key: string) => [
  key.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
  key.replace(/^mr_./, (first) => (first === 'mr_0' ? 'mr_1' : 'mr_0')),
  key.slice(0, -1),
  `${key}0`,
  key.toUpperCase(),
  'take-openssl-rand-hex-24-instead',
];
