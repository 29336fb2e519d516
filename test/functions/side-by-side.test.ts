// A deployment with all three ways to call: the routes and authorizers of its template, and behind them the http function with the
// settings that the template gives it.
import { beforeAll, describe, expect, test } from 'vitest';
import type { ApiOptions } from '#infra/api/api-options.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { bearer, createApiDatabase } from '#test/support/functions/api.ts';
import { assumedRole } from '#test/support/functions/authorizers.ts';
import { bearerToken, type GuardedApi, guardedApi } from '#test/support/functions/guarded-api.ts';
import { synthesize } from '#test/support/infra/synthesis.ts';

const issuer = 'https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0';
const jwt = {
  issuer,
  audience: ['api://millrace'],
  scopeClaims: ['scp', 'roles'],
  clientClaim: 'idtyp=app',
};
const meant = { iss: issuer, aud: 'api://millrace' };
const person = { ...meant, sub: 'reader', idtyp: 'user', scp: 'enqueue:* read' };
const program = { ...meant, sub: 'service', idtyp: 'app', roles: ['enqueue:*', 'read'] };

const token = (claims: object) => ({ authorization: bearerToken({ ...claims }) });
const callers = {
  nobody: { headers: {} },
  'a key': { headers: bearer() },
  "a person's token": { headers: token(person) },
  "a program's token": { headers: token(program) },
  'a token for another API': { headers: token({ ...program, aud: 'api://other' }) },
  'a token of another issuer': { headers: token({ ...program, iss: 'https://evil.example' }) },
  'a signed request': { headers: {}, iam: assumedRole('one') },
} as const;
type Who = keyof typeof callers;

const order = { type: 'order.placed', payload: { orderId: 'A' } };
const hidden = { type: 'test.anything', payload: 1 };

let stored: TestDatabase;
beforeAll(async () => {
  stored = await createApiDatabase();
});

const opened = (api: ApiOptions) => guardedApi(synthesize({ api }), stored);

describe('keys, jwt and iam', () => {
  let api: GuardedApi;
  beforeAll(() => {
    api = opened({ auth: ['keys', 'jwt', 'iam'], jwt });
  });

  const statuses = async (who: Who, body: object) => {
    const { headers, ...signed } = callers[who];
    const iam = 'iam' in signed ? signed.iam : undefined;
    const found: number[] = [];
    for (const mount of ['', '/jwt', '/iam'])
      found.push(await api.statusOf({ path: `${mount}/v1/messages`, body, headers }, iam));
    return found;
  };

  const cases: [Who, hiddenType: number[], publicType: number[]][] = [
    ['nobody', [401, 401, 403], [401, 401, 403]],
    ['a key', [202, 401, 403], [202, 401, 403]],
    ["a person's token", [401, 403, 403], [401, 202, 403]],
    ["a program's token", [401, 202, 403], [401, 202, 403]],
    ['a token for another API', [401, 401, 403], [401, 401, 403]],
    ['a token of another issuer', [401, 401, 403], [401, 401, 403]],
    ['a signed request', [401, 401, 202], [401, 401, 202]],
  ];
  test.each(cases)('%s opens its own way and no other', async (who, hiddenType, publicType) => {
    expect(await statuses(who, hidden)).toEqual(hiddenType);
    expect(await statuses(who, order)).toEqual(publicType);
  });

  test('health and the description are open on each way, and nothing else is', async () => {
    for (const mount of ['', '/jwt', '/iam']) {
      expect(await api.statusOf({ path: `${mount}/v1/health` })).toBe(200);
      expect(await api.statusOf({ path: `${mount}/v1/openapi.json` })).toBe(200);
      expect(await api.statusOf({ path: `${mount}/v1/queues` })).not.toBe(200);
    }
  });

  test('what a token does not say it may not do', async () => {
    const headers = token({ ...person, scp: 'enqueue:order.*' });
    expect(await api.statusOf({ path: '/jwt/v1/queues', headers })).toBe(403);
    expect(await api.statusOf({ path: '/jwt/v1/queues', ...callers["a person's token"] })).toBe(
      200,
    );
  });

  test.each(['/keys/v1/messages', '/other/v1/messages', '/messages'])(
    'there is nothing at %s',
    async (path) => {
      expect(await api.statusOf({ path, body: order, headers: bearer() })).toBe(404);
    },
  );
});

test('a way that is added last moves nobody who calls already', async () => {
  const call = { path: '/v1/messages', body: order, headers: callers["a person's token"].headers };
  for (const auth of [['jwt'], ['jwt', 'keys'], ['jwt', 'keys', 'iam']] as const)
    expect(await opened({ auth, jwt }).statusOf(call)).toBe(202);
  const withKey = opened({ auth: ['jwt', 'keys'], jwt });
  expect(await withKey.statusOf({ ...call, headers: bearer() })).toBe(401);
  const atMount = { ...call, path: '/keys/v1/messages', headers: bearer() };
  expect(await withKey.statusOf(atMount)).toBe(202);
});
