// Callers whom API Gateway's authorizers have let in: what they may do, and who of them is taken for a browser.
import { beforeAll, describe, expect, test } from 'vitest';
import type { CallerRules } from '#functions/runtime/caller-rules.ts';
import type { TestDatabase } from '#test/support/database.ts';
import {
  bearer,
  createApiDatabase,
  openApi,
  rules,
  type TestApi,
} from '#test/support/functions/api.ts';
import { assumedRole, issued, jwt, poolIdentity } from '#test/support/functions/authorizers.ts';
import type { Call } from '#test/support/functions/gateway-event.ts';

let stored: TestDatabase;
beforeAll(async () => {
  stored = await createApiDatabase();
});

const shop = 'https://shop.example';
const order = { type: 'order.placed', payload: { orderId: 'A' } };
const hidden = { type: 'test.anything', payload: 1 };

const open = (given: Partial<CallerRules> = {}): TestApi =>
  openApi({ database: stored.database, allowedOrigins: [shop], callerRules: rules(given) });

const post = (body: unknown, authorizer: object, call: Partial<Call> = {}): Call => ({
  path: '/v1/messages',
  body,
  authorizer,
  ...call,
});

async function statusOf(api: TestApi, body: unknown, authorizer: object, call?: Partial<Call>) {
  return (await api.call(post(body, authorizer, call))).status;
}

describe('scopes of a token', () => {
  const cases: [string, unknown, number][] = [
    ['one among others', 'openid enqueue:order.placed', 202],
    ['a list', ['openid', 'enqueue:order.*'], 202],
    ['a list as the gateway writes it', '[openid enqueue:order.*]', 202],
    ['a list of one', '[enqueue:order.*]', 202],
    ['of a Cognito resource server', 'millrace/enqueue:*', 202],
    ['of another server', 'other/enqueue:*', 403],
    ['an empty list', '[]', 403],
    ['none', undefined, 403],
  ];
  test.each(cases)('%s', async (_name, scope, status) => {
    const authorizer = jwt({ sub: 'user-1', ...(scope !== undefined && { scope }) });
    expect(await statusOf(open(), order, authorizer)).toBe(status);
  });

  test('count only in the claims that the deployment names', async () => {
    const claims = { sub: 'user-1', scope: 'enqueue:*', scp: '[enqueue:order.placed]' };
    const api = open({ scopeClaims: ['scp', 'roles'] });
    expect(await statusOf(api, order, jwt(claims))).toBe(202);
    expect(await statusOf(api, order, jwt({ ...claims, scp: '[read]' }))).toBe(403);
    const both = { ...claims, scp: 'read', roles: '[enqueue:order.*]' };
    expect(await statusOf(api, order, jwt(both))).toBe(202);
  });

  const prefixes: [string, string, number][] = [
    ['https://millrace.example/', 'https://millrace.example/enqueue:*', 202],
    ['https://millrace.example/', 'enqueue:*', 403],
    ['https://millrace.example/', 'millrace/enqueue:*', 403],
    ['queue:', 'queue:enqueue:*', 202],
    ['queue:', 'other:enqueue:* queue:read', 403],
    ['millrace/', 'enqueue:*', 403],
    ['millrace/', 'millrace/enqueue:*', 202],
  ];
  test.each(prefixes)('of the prefix %s: %s answers %d', async (scopePrefix, scope, status) => {
    const authorizer = jwt({ sub: 'user-1', scope });
    expect(await statusOf(open({ scopePrefix }), order, authorizer)).toBe(status);
  });
});

describe.each([
  ['Cognito', issued.cognito, {}],
  ['Okta', issued.okta, { scopeClaims: ['scp'] }],
  [
    'Auth0',
    issued.auth0,
    { scopeClaims: ['permissions'], clientClaim: { name: 'gty', value: 'client-credentials' } },
  ],
  [
    'Entra',
    issued.entra,
    { scopeClaims: ['scp', 'roles'], clientClaim: { name: 'idtyp', value: 'app' } },
  ],
] as const)('a token of %s', (_issuer, { person, client }, given) => {
  const scopes = ['enqueue:*'];

  test('lets a person enqueue public types alone', async () => {
    const api = open(given);
    expect(await statusOf(api, order, jwt(person(scopes)))).toBe(202);
    expect(await statusOf(api, hidden, jwt(person(scopes)))).toBe(403);
  });

  test('lets a program that calls for itself enqueue what its scopes say', async () => {
    const api = open(given);
    expect(await statusOf(api, hidden, jwt(client(scopes)))).toBe(202);
    expect(await statusOf(api, hidden, jwt(client(['enqueue:order.*'])))).toBe(403);
    expect(api.log.at(-1)).toMatchObject({ caller: client(scopes).sub });
  });

  test('of a program, from a web page, lets it enqueue public types alone', async () => {
    const headers = { origin: shop };
    const api = open(given);
    expect(await statusOf(api, order, jwt(client(scopes)), { headers })).toBe(202);
    expect(await statusOf(api, hidden, jwt(client(scopes)), { headers })).toBe(403);
  });

  test('lets a person enqueue all types where the deployment trusts people, but for web pages', async () => {
    const api = open({ ...given, trustsPeople: true });
    expect(await statusOf(api, hidden, jwt(person(scopes)))).toBe(202);
    expect(await statusOf(api, hidden, jwt(person(['enqueue:order.*'])))).toBe(403);
    const headers = { origin: shop };
    expect(await statusOf(api, hidden, jwt(person(scopes)), { headers })).toBe(403);
  });

  test('may be one that reads and operates', async () => {
    const api = open(given);
    const authorizer = jwt(person(['read', 'operate']));
    expect((await api.call({ path: '/v1/queues', authorizer })).status).toBe(200);
    const pause = { method: 'POST', path: '/v1/queues/any/pause', authorizer };
    expect((await api.call(pause)).status).toBe(404);
  });
});

test.each([
  ['the client is another', { sub: 'reader', client_id: 'web', azp: 'web' }, 403],
  ['the mark has another value', { sub: 'reader', idtyp: 'user' }, 403],
  ['the mark is in a longer word', { sub: 'reader', idtyp: 'application' }, 403],
  ['the subject is empty', { sub: '', client_id: '' }, 401],
  ['there is no subject', { client_id: 'web' }, 401],
  ['the mark stands for a subject', { client_id: 'web', idtyp: 'app' }, 202],
])('who calls is in doubt a person: %s', async (_name, claims, status) => {
  const api = open({ clientClaim: { name: 'idtyp', value: 'app' } });
  expect(await statusOf(api, hidden, jwt({ ...claims, scope: 'enqueue:*' }))).toBe(status);
});

describe('behind IAM', () => {
  test('callers may do nothing unless the deployment says so', async () => {
    expect(await statusOf(open(), order, assumedRole('one'))).toBe(403);
  });

  test('callers may do what the deployment says, public or not', async () => {
    const api = open({ iamScopes: ['enqueue:*'] });
    expect(await statusOf(api, hidden, assumedRole('one'))).toBe(202);
    expect(api.log.at(-1)).toMatchObject({ caller: assumedRole('one').iam.userArn });
    expect(await statusOf(api, hidden, assumedRole('one'), { headers: { origin: shop } })).toBe(
      403,
    );
  });

  test('people of a Cognito identity pool enqueue public types alone, and are told apart', async () => {
    const api = open({ iamScopes: ['enqueue:*'] });
    expect(await statusOf(api, order, poolIdentity('eu-central-1:someone'))).toBe(202);
    expect(await statusOf(api, hidden, poolIdentity('eu-central-1:someone'))).toBe(403);
    expect(api.log.at(-1)).toMatchObject({ caller: 'eu-central-1:someone' });
  });
});

describe('a mount', () => {
  const api = () => open({ iamScopes: ['enqueue:*'] });
  const ways: [string, object, object][] = [
    ['/jwt', jwt({ sub: 'user-1', scope: 'enqueue:*' }), {}],
    ['/iam', assumedRole('one'), {}],
    ['/keys', {}, bearer()],
    ['', {}, bearer()],
  ];
  test.each(ways)(
    '%s/v1 is the whole API, and answers with its own paths',
    async (mount, as, headers) => {
      const call = {
        path: `${mount}/v1/messages`,
        body: order,
        authorizer: as,
        headers: { ...headers },
      };
      const answer = await api().call(call);
      expect(answer.status).toBe(202);
      expect(answer.headers.get('location')).toBe(`${mount}/v1/messages/${answer.body.id}`);
      const described = await api().call({ path: `${mount}/v1/openapi.json` });
      expect(described.body.servers).toEqual([{ url: mount || '/' }]);
      expect(Object.keys(described.body.paths)).toContain('/v1/messages');
      expect((await api().call({ path: `${mount}/v1/health` })).status).toBe(200);
    },
  );

  test('vouches for nobody, by whatever path it is reached', async () => {
    for (const path of [
      '/jwt/v1/messages',
      '/iam/v1/messages',
      '/v1/../jwt/v1/messages',
      '/iam/v1/../../v1/messages',
    ]) {
      const { status } = await api().call({ path, body: order });
      expect([401, 404], path).toContain(status);
    }
  });

  test.each([
    '/jwt',
    '/jwt/',
    '/jwt/v2/messages',
    '/jwtv1/messages',
    '/other/v1/messages',
    '/jwt/iam/v1/messages',
  ])('is none: %s', async (path) => {
    expect((await api().call({ path, headers: bearer() })).status).toBe(404);
  });
});
