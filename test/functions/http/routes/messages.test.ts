import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import type { TestDatabase } from '#test/support/database.ts';
import {
  bearer,
  createApiDatabase,
  keyOf,
  openApi,
  putApiKey,
  type TestApi,
} from '#test/support/functions/api.ts';

let stored: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  stored = await createApiDatabase();
  api = openApi({ database: stored.database });
});

const get = (path: string, key?: string) => api.call({ path, headers: bearer(key) });

test('tells how far each delivery of a message has come', async () => {
  const body = { type: 'order.placed', payload: { orderId: 'A' }, headers: { trace: 't' } };
  const posted = await api.call({ path: '/v1/messages', body, headers: bearer() });
  const answer = await get(posted.headers.get('location') ?? '');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const waiting = {
    status: 'pending',
    availableAt: expect.any(String),
    finishedAt: null,
    progress: null,
    result: null,
    steps: null,
    events: null,
    attempts: [],
  };
  expect(answer.body).toEqual({
    ...body,
    id: posted.body.id,
    createdAt: expect.any(String),
    groupKey: null,
    causedBy: null,
    chordId: null,
    status: 'pending',
    revision: expect.stringMatching(/^[\da-f]{1,16}$/),
    deliveries: [
      { queue: 'inventory', ...waiting },
      { queue: 'payments', ...waiting },
    ],
  });
});

test.each([
  ['an id that nobody has', `/v1/messages/${randomUUID()}`],
  ['an id that is none', '/v1/messages/42'],
  ['an id with a query of its own', "/v1/messages/'; select 1"],
  ['an id that cannot be decoded', '/v1/messages/%E0%A4%A'],
])('answers 404 for %s', async (_name, path) => {
  const answer = await get(path);
  expect(answer.status).toBe(404);
  expect(answer.body.type).toBe('urn:millrace:problem:not-found');
  expect(answer.body.detail).toMatch(/^(No message|An id)/);
});

test('takes an id in capitals', async () => {
  const body = { type: 'test.anything', payload: 1 };
  const posted = await api.call({ path: '/v1/messages', body, headers: bearer() });
  expect((await get(`/v1/messages/${posted.body.id.toUpperCase()}`)).status).toBe(200);
});

test('needs the scope "read"', async () => {
  const key = keyOf('only enqueues');
  await putApiKey(stored, 'writer', key, ['enqueue:*', 'operate']);
  const answer = await get(`/v1/messages/${randomUUID()}`, key);
  expect(answer.status).toBe(403);
  expect(answer.body.type).toBe('urn:millrace:problem:scope-missing');
});
