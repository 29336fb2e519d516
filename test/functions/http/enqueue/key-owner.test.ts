// Over HTTP an idempotency key is its caller's, and callers of different kinds are never the same.
import { beforeAll, expect, test } from 'vitest';
import { keyOwner } from '#functions/http/caller/key-owner.ts';
import type { TestDatabase } from '#test/support/database.ts';
import {
  bearer,
  createApiDatabase,
  keyOf,
  openApi,
  putApiKey,
  rules,
  type TestApi,
} from '#test/support/functions/api.ts';
import { poolIdentity } from '#test/support/functions/authorizers.ts';

const order = { type: 'order.placed', payload: { orderId: 'A' } };
const other = keyOf('the other shop');

let stored: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  stored = await createApiDatabase();
  await putApiKey(stored, 'other', other, ['enqueue:order.*']);
  api = openApi({ database: stored.database, callerRules: rules({ iamScopes: ['enqueue:*'] }) });
});

const iam = (session: string) => ({
  iam: { userArn: `arn:aws:sts::123456789012:assumed-role/shop/${session}` },
});
const jwt = (sub: string) => ({ jwt: { claims: { sub, scope: 'enqueue:*' } } });

async function post(
  key: string,
  as: { authorizer?: object; headers?: object },
  body: object = order,
) {
  const headers = { 'idempotency-key': key, ...as.headers };
  return (await api.call({ path: '/v1/messages', body, ...as, headers })).body;
}

test('the same key of two callers is two keys, though their names are alike', async () => {
  const callers = [
    { headers: bearer() },
    { headers: bearer(other) },
    { authorizer: jwt('shop') },
    { authorizer: iam('one') },
  ];
  const ids = [];
  for (const caller of callers) ids.push((await post('k', caller)).id);
  expect(new Set(ids).size).toBe(4);
  for (const [index, caller] of callers.entries())
    expect(await post('k', caller)).toMatchObject({ id: ids[index], duplicate: true });
});

test('sessions of one IAM role are one caller', async () => {
  const first = await post('session', { authorizer: iam('one') });
  expect(await post('session', { authorizer: iam('two') })).toMatchObject({
    id: first.id,
    duplicate: true,
  });
});

test('people of one identity pool, who share a role and its session’s name, are as many callers', async () => {
  const person = (identityId: string) => ({ authorizer: poolIdentity(identityId) });
  const ids = [];
  for (const identityId of ['eu-central-1:a', 'eu-central-1:b'])
    ids.push((await post('pool', person(identityId))).id);
  expect(new Set(ids).size).toBe(2);
});

test('replace takes nothing from another caller', async () => {
  const body = { ...order, replace: true, delaySeconds: 60 };
  const first = await post('debounced', { headers: bearer() }, body);
  const second = await post('debounced', { headers: bearer(other) }, body);
  expect([first.duplicate, second.duplicate]).toEqual([false, false]);
  const { body: shown } = await api.call({ path: `/v1/messages/${first.id}`, headers: bearer() });
  expect(shown.status).toBe('scheduled');
});

test('an identity of any length has keys', async () => {
  const owners = ['x'.repeat(200), 'x'.repeat(201), 'x'.repeat(5_000)].map((name) =>
    keyOwner({ name, by: 'jwt' }),
  );
  expect(new Set(owners).size).toBe(3);
  expect(Math.max(...owners.map(({ length }) => length))).toBeLessThanOrEqual(250);
  const authorizer = jwt('x'.repeat(5_000));
  const first = await post('long', { authorizer });
  expect(await post('long', { authorizer })).toMatchObject({ id: first.id, duplicate: true });
});
