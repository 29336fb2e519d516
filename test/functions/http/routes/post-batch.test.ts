import { beforeAll, describe, expect, test } from 'vitest';
import type { TestDatabase } from '#test/support/database.ts';
import { bearer, createApiDatabase, openApi, type TestApi } from '#test/support/functions/api.ts';

let stored: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  stored = await createApiDatabase();
  api = openApi({ database: stored.database });
});

const post = (body: unknown) => api.call({ path: '/v1/messages/batch', body, headers: bearer() });

const message = { type: 'test.anything', payload: 1 };
const messageCount = async () =>
  (await stored.query<{ count: number }>('select count(*)::int as count from millrace.message'))[0]
    ?.count;

test('accepts messages in order, each with its own answer', async () => {
  const answer = await post({
    messages: [
      message,
      { ...message, payload: 2 },
      { type: 'order.placed', payload: { orderId: 'A' }, delaySeconds: 5 },
    ],
  });
  expect(answer.status).toBe(202);
  const { messages } = answer.body;
  const each = { id: expect.any(String), duplicate: false, statusToken: expect.any(String) };
  expect(messages).toEqual([
    { ...each, type: 'test.anything', status: 'done' },
    { ...each, type: 'test.anything', status: 'done' },
    { ...each, type: 'order.placed', status: 'scheduled' },
  ]);
  const rows = await stored.query('select payload from millrace.message where id = $1', [
    messages[1].id,
  ]);
  expect(rows).toEqual([{ payload: 2 }]);
});

test('accepts 1,000 messages', async () => {
  const answer = await post({ messages: Array(1_000).fill(message) });
  expect(answer.status).toBe(202);
  expect(new Set(answer.body.messages.map(({ id }: { id: string }) => id)).size).toBe(1_000);
});

describe('a batch with faults', () => {
  test('is refused whole, every fault by the index of its message', async () => {
    const before = await messageCount();
    const answer = await post({
      messages: [
        message,
        { ...message, priority: 10 },
        { type: 'order.eaten', payload: 1 },
        { type: 'order.placed', payload: { orderId: 'A', items: [{ sku: 'a', quantity: 0 }] } },
        7,
      ],
    });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([
      expect.objectContaining({ pointer: '/messages/1/priority', code: 'invalid_field' }),
      expect.objectContaining({ pointer: '/messages/2/type', code: 'unknown_type' }),
      expect.objectContaining({
        pointer: '/messages/3/payload/items/0/quantity',
        code: 'invalid_payload',
      }),
      expect.objectContaining({ pointer: '/messages/4', code: 'invalid_field' }),
    ]);
    expect(await messageCount()).toBe(before);
  });

  test('stores nothing when Postgres refuses its last message, and says which it was', async () => {
    const before = await messageCount();
    const answer = await post({ messages: [message, { type: 'test.new', payload: 1 }] });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/messages/1/type']);
    expect(await messageCount()).toBe(before);
  });

  test('lists a hundred faults at most', async () => {
    const answer = await post({ messages: Array(1_000).fill({ type: 'a', retries: 1 }) });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toHaveLength(100);
  });

  test('answers 413 when one of its payloads is too large', async () => {
    const large = { type: 'test.anything', payload: 'x'.repeat(300_000) };
    const answer = await post({ messages: [message, large] });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([413, '/messages/1/payload']);
  });
});

test.each([
  ['no messages', { messages: [] }, '/messages'],
  ['too many messages', { messages: Array(1_001).fill(message) }, '/messages'],
  ['messages that are no list', { messages: message }, '/messages'],
  ['no list at all', {}, '/messages'],
  ['a bare list', [message], ''],
  ['an unknown field', { messages: [message], atomic: true }, '/atomic'],
])('refuses %s', async (_name, body, pointer) => {
  const answer = await post(body);
  expect(answer.status).toBe(422);
  expect(answer.body.errors).toEqual([expect.objectContaining({ pointer })]);
});
