import { beforeAll, describe, expect, test } from 'vitest';
import type { TestDatabase } from '#test/support/database.ts';
import { bearer, createApiDatabase, openApi, putApiKey } from '#test/support/functions/api.ts';
import type { Call } from '#test/support/functions/gateway-event.ts';

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

function open(options: { allowedOrigins?: string[]; iamScopes?: string[] } = {}) {
  return openApi({ database: stored.database, ...options });
}

describe('without a key that is known', () => {
  test.each([
    ['no header', undefined],
    ['another scheme', 'Basic c2hvcDpzZWNyZXQ='],
    ['a bare key', 'key-of-a-caller-with-every-scope'],
    ['an empty key', 'Bearer '],
    ['an unknown key', 'Bearer key-of-nobody-whatsoever'],
    ['a key with more behind it', 'Bearer key-of-a-caller-with-every-scope x'],
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
    ['a longer name', ['enqueue:test.anything.more'], 'test.anything', 403],
    ['reading only', ['read', 'operate'], 'test.anything', 403],
    ['nothing', [], 'test.anything', 403],
    ['other types, for one that does not exist', ['enqueue:order.*'], 'test.missing', 403],
  ];
  test.each(cases)('for %s', async (name, scopes, type, status) => {
    const key = `key-of-the-caller-with-${name.replaceAll(' ', '-')}`;
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
    const key = 'key-for-orders-and-nothing-else';
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
});

describe('behind a JWT authorizer', () => {
  const jwt = (claims: object) => ({ jwt: { claims, scopes: null } });
  const cases: [string, unknown, number][] = [
    ['a scope among others', 'openid enqueue:order.placed', 202],
    ['a list of scopes', ['openid', 'enqueue:order.*'], 202],
    ['a list as the gateway writes it', '[openid enqueue:order.*]', 202],
    ['a scope of a Cognito resource server', 'millrace/enqueue:*', 202],
    ['a scope of another server', 'other/enqueue:*', 403],
    ['no scope', undefined, 403],
  ];
  test.each(cases)('%s', async (_name, scope, status) => {
    const authorizer = jwt({ sub: 'user-1', ...(scope !== undefined && { scope }) });
    expect((await open().call(post(order, { authorizer }))).status).toBe(status);
  });

  test('types that are not public are closed, whatever the scope', async () => {
    const authorizer = jwt({ sub: 'user-1', scope: 'enqueue:*' });
    expect((await open().call(post(hidden, { authorizer }))).status).toBe(403);
  });

  test('the caller is known by the subject', async () => {
    const api = open();
    await api.call(post(order, { authorizer: jwt({ sub: 'user-1', scope: 'enqueue:*' }) }));
    expect(api.log.at(-1)).toMatchObject({ caller: 'user-1', status: 202 });
  });
});

describe('behind IAM', () => {
  const userArn = 'arn:aws:sts::123456789012:assumed-role/shop/session';
  const authorizer = { iam: { userArn, accountId: '123456789012' } };

  test('callers may do nothing unless the deployment says so', async () => {
    expect((await open().call(post(order, { authorizer }))).status).toBe(403);
  });

  test('callers may do what the deployment says, public or not', async () => {
    const api = open({ iamScopes: ['enqueue:*'] });
    expect((await api.call(post(hidden, { authorizer }))).status).toBe(202);
    expect(api.log.at(-1)).toMatchObject({ caller: userArn });
  });
});

test('an authorizer of another kind vouches for nobody', async () => {
  for (const authorizer of [{ lambda: { scope: 'enqueue:*' } }, { jwt: null }, { jwt: {} }, {}])
    expect((await open().call(post(order, { authorizer }))).status).toBe(401);
});

test('answers 429 when too many unknown keys are tried, and known ones still pass', async () => {
  const api = open();
  expect((await api.call(post(order, { headers: bearer() }))).status).toBe(202);
  const statuses = await Promise.all(
    Array.from({ length: 100 }, async (_, guess) => {
      const headers = bearer(`guessed-key-number-${guess}`);
      return (await api.call(post(order, { headers }))).status;
    }),
  );
  expect(new Set(statuses)).toEqual(new Set([401]));
  const refused = await api.call(post(order, { headers: bearer('guessed-key-number-100') }));
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
  expect((await api.call(post(order, { headers: bearer() }))).status).toBe(202);
});
