// What a browser may not give along with a public message, unless its type lets it.
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { bearer, createApiDatabase, openApi, type TestApi } from '#test/support/functions/api.ts';

const origin = 'https://shop.example';
const payload = z.unknown();
const plain = defineMessageType({ name: 'cart.plain', payload, public: true });
const lenient = defineMessageType({
  name: 'cart.lenient',
  payload,
  public: { priority: 2, groupDelaySeconds: 3_600, replace: true },
});
const registry = defineRegistry({ queues: [], messageTypes: [plain, lenient] });

let stored: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  stored = await createApiDatabase();
  await syncRegistry(stored.database, registry);
  api = openApi({ database: stored.database, registry, allowedOrigins: [origin] });
});

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();
const post = (type: string, options: object, headers: object = { origin }) =>
  api.call({
    path: '/v1/messages',
    body: { type, payload: {}, ...options },
    headers: { ...bearer(), 'idempotency-key': crypto.randomUUID(), ...headers },
  });

/** What is beyond the limits of one type, with its fault, and within those of the other. */
const options: [string, object, string, string][] = [
  ['replace', { replace: true }, '/replace', 'browsers may not replace messages of this type'],
  [
    'an urgent priority',
    { priority: 4 },
    '/priority',
    'browsers may not give this type a priority below 5',
  ],
  [
    'a long delay in a group',
    { groupKey: 'customer-7', delaySeconds: 61 },
    '/delaySeconds',
    "browsers may not delay a group's message of this type by more than 60 s",
  ],
  [
    'a late time in a group',
    { groupKey: 'customer-7', scheduledAt: inSeconds(600) },
    '/scheduledAt',
    "browsers may not delay a group's message of this type by more than 60 s",
  ],
];

describe.each(options)('%s', (_name, given, pointer, detail) => {
  test('is refused to browsers', async () => {
    const { status, body } = await post(plain.name, given);
    expect([status, body.type]).toEqual([403, 'urn:millrace:problem:option-not-allowed']);
    expect(body.errors).toEqual([{ pointer, code: 'option_not_allowed', detail }]);
  });

  test('is refused to whoever has a JWT', async () => {
    const authorizer = { jwt: { claims: { sub: 'user-1', scope: 'enqueue:*' } } };
    const body = { messages: [{ type: plain.name, idempotencyKey: 'k', payload: {}, ...given }] };
    const answer = await api.call({ path: '/v1/messages/batch', body, authorizer });
    expect(answer.status).toBe(403);
    expect(answer.body.errors).toEqual([
      { pointer: `/messages/0${pointer}`, code: 'option_not_allowed', detail },
    ]);
  });

  test('is taken from browsers where the type lets them', async () => {
    expect((await post(lenient.name, given)).status).toBe(202);
  });

  test('is taken from servers', async () => {
    expect((await post(plain.name, given, {})).status).toBe(202);
  });
});

test.each([
  ['no replace', { replace: false }],
  ['the priority of all others', { priority: 5 }],
  ['the last priority', { priority: 9 }],
  ['a short delay in a group', { groupKey: 'g', delaySeconds: 60 }],
  ['a time that is over, in a group', { groupKey: 'g', scheduledAt: inSeconds(-60) }],
  ['a long delay without a group', { delaySeconds: 86_400 }],
])('browsers may give %s', async (_name, given) => {
  expect((await post(plain.name, given)).status).toBe(202);
});

test.each([
  [{ priority: 1 }, '/priority'],
  [{ fairnessKey: 'one of many' }, '/fairnessKey'],
  [{ groupKey: 'g', delaySeconds: 3_601 }, '/delaySeconds'],
])('a type that lets browsers do more has its limits: %j', async (given, pointer) => {
  const { status, body } = await post(lenient.name, given);
  expect([status, body.errors[0].pointer]).toEqual([403, pointer]);
});
