import { beforeAll, describe, expect, test } from 'vitest';
import type { TestDatabase } from '#test/support/database.ts';
import { bearer, createApiDatabase, openApi, type TestApi } from '#test/support/functions/api.ts';

let stored: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  stored = await createApiDatabase();
  api = openApi({ database: stored.database });
});

const order = { orderId: 'A-1', items: [{ sku: 'moby-dick', quantity: 1 }] };

const post = (body: unknown, headers = {}) =>
  api.call({ path: '/v1/messages', body, headers: { ...bearer(), ...headers } });

const fault = (pointer: string, code: string) => expect.objectContaining({ pointer, code });

describe('a message that is in order', () => {
  test('is accepted with its id, type, status and place', async () => {
    const answer = await post({ type: 'order.placed', payload: order });
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7/),
      type: 'order.placed',
      status: 'pending',
      duplicate: false,
      statusToken: expect.stringMatching(/^mst_1[\w-]{52}$/),
    });
    expect(answer.headers.get('location')).toBe(`/v1/messages/${answer.body.id}`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });

  test('is stored as it was sent, not as the schema would have it', async () => {
    const { body } = await post({ type: 'order.placed', payload: { orderId: 'A-2' } });
    const [row] = await stored.query('select payload from millrace.message where id = $1', [
      body.id,
    ]);
    expect(row).toEqual({ payload: { orderId: 'A-2' } });
  });

  test('has one delivery in each subscribed queue', async () => {
    const { body } = await post({ type: 'order.placed', payload: order });
    const rows = await stored.query('select from millrace.delivery where message_id = $1', [
      body.id,
    ]);
    expect(rows).toHaveLength(2);
  });

  test('takes every option', async () => {
    const options = { priority: 1, groupKey: 'A-3', headers: { trace: 'x'.repeat(1_000) } };
    const delayed = await post({
      type: 'order.placed',
      payload: order,
      ...options,
      delaySeconds: 60,
    });
    expect([delayed.status, delayed.body.status]).toEqual([202, 'scheduled']);
    const scheduledAt = new Date(Date.now() + 60_000).toISOString();
    const scheduled = await post({ type: 'order.placed', payload: order, scheduledAt });
    expect(scheduled.body.status).toBe('scheduled');
  });

  test.each(['2026-02-20T00:00Z', '2026-02-20T00:00:00.123456+14:00'])(
    'takes the instant %s',
    async (scheduledAt) => {
      expect((await post({ type: 'order.placed', payload: order, scheduledAt })).status).toBe(202);
    },
  );

  test('may have 256 KiB of payload, in characters of any size', async () => {
    const payload = 'é'.repeat((256 * 1024 - 2 - 20) / 2);
    expect((await post({ type: 'test.anything', payload })).status).toBe(202);
  });
});

describe('a message that is not in order is refused with 422 and a pointer', () => {
  const message = { type: 'order.placed', payload: order };
  const long = 'x'.repeat(201);
  const tooMany = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`h${i}`, '']));
  test.each([
    ['a body that is no object', [], '', 'invalid_field'],
    ['null', null, '', 'invalid_field'],
    ['no type', { payload: 1 }, '/type', 'invalid_field'],
    ['a type that is no text', { type: 1, payload: 1 }, '/type', 'invalid_field'],
    ['no payload', { type: 'order.placed' }, '/payload', 'invalid_field'],
    ['an unknown type', { type: 'order.eaten', payload: 1 }, '/type', 'unknown_type'],
    ['a type that no database has yet', { type: 'test.new', payload: 1 }, '/type', 'unknown_type'],
    ['an inherited name as type', { type: 'constructor', payload: 1 }, '/type', 'unknown_type'],
    ['an unknown field', { ...message, retries: 1 }, '/retries', 'unknown_field'],
    ['an unknown field with odd characters', { ...message, 'a/b~': 1 }, '/a~1b~0', 'unknown_field'],
    ['an id', { ...message, id: 1 }, '/id', 'unknown_field'],
    ['priority 0', { ...message, priority: 0 }, '/priority', 'invalid_field'],
    ['priority 10', { ...message, priority: 10 }, '/priority', 'invalid_field'],
    ['half a priority', { ...message, priority: 1.5 }, '/priority', 'invalid_field'],
    ['priority as text', { ...message, priority: '5' }, '/priority', 'invalid_field'],
    ['a null option', { ...message, priority: null }, '/priority', 'invalid_field'],
    ['a negative delay', { ...message, delaySeconds: -1 }, '/delaySeconds', 'invalid_field'],
    [
      'a delay over a year',
      { ...message, delaySeconds: 31_536_001 },
      '/delaySeconds',
      'invalid_field',
    ],
    [
      'an instant without offset',
      { ...message, scheduledAt: '2026-01-01T00:00:00' },
      '/scheduledAt',
      'invalid_field',
    ],
    [
      'a day that does not exist',
      { ...message, scheduledAt: '2026-02-30T00:00:00Z' },
      '/scheduledAt',
      'invalid_field',
    ],
    [
      'an instant in the far future',
      { ...message, scheduledAt: '9999-01-01T00:00:00Z' },
      '/scheduledAt',
      'invalid_field',
    ],
    [
      'words for an instant',
      { ...message, scheduledAt: 'tomorrow' },
      '/scheduledAt',
      'invalid_field',
    ],
    ['an empty group key', { ...message, groupKey: '' }, '/groupKey', 'invalid_field'],
    ['a long group key', { ...message, groupKey: long }, '/groupKey', 'invalid_field'],
    ['headers that are no object', { ...message, headers: [] }, '/headers', 'invalid_field'],
    ['a header that is no text', { ...message, headers: { a: 1 } }, '/headers/a', 'invalid_field'],
    [
      'a header in capitals',
      { ...message, headers: { Trace: '' } },
      '/headers/Trace',
      'invalid_field',
    ],
    [
      'a long header name',
      { ...message, headers: { [long]: '' } },
      `/headers/${long}`,
      'invalid_field',
    ],
    [
      'a long header',
      { ...message, headers: { a: 'x'.repeat(1_001) } },
      '/headers/a',
      'invalid_field',
    ],
    ['too many headers', { ...message, headers: tooMany }, '/headers', 'invalid_field'],
    [
      'a payload of another shape',
      { type: 'order.placed', payload: { orderId: 1 } },
      '/payload/orderId',
      'invalid_payload',
    ],
    [
      'a payload that is no object',
      { type: 'order.placed', payload: 1 },
      '/payload',
      'invalid_payload',
    ],
    [
      'a payload on which the schema throws',
      { type: 'test.odd', payload: 'throw' },
      '/payload',
      'invalid_payload',
    ],
  ])('%s', async (_name, body, pointer, code) => {
    const answer = await post(body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([fault(pointer, code)]);
  });

  test('delaySeconds together with scheduledAt', async () => {
    const scheduledAt = '2026-01-01T00:00:00Z';
    const answer = await post({ ...message, delaySeconds: 1, scheduledAt });
    expect(answer.body.errors).toEqual([fault('/scheduledAt', 'invalid_field')]);
  });

  test('headers of more than 8 KB in all', async () => {
    const headers = Object.fromEntries(
      Array.from({ length: 9 }, (_, i) => [`h${i}`, 'x'.repeat(999)]),
    );
    const answer = await post({ ...message, headers });
    expect(answer.body.errors).toEqual([fault('/headers', 'invalid_field')]);
  });

  test('names every fault at once', async () => {
    const payload = { orderId: 'A', items: [{ sku: 1, quantity: 0 }], extra: true };
    const answer = await post({ type: 'order.placed', payload, priority: 0, retries: 1 });
    expect(answer.body.errors).toEqual([
      fault('/priority', 'invalid_field'),
      fault('/retries', 'unknown_field'),
      fault('/payload/items/0/sku', 'invalid_payload'),
      fault('/payload/items/0/quantity', 'invalid_payload'),
      fault('/payload', 'invalid_payload'),
    ]);
  });

  test('stores nothing', async () => {
    const count = () => stored.query('select count(*)::int from millrace.message');
    const before = await count();
    await post({ ...message, priority: 0 });
    expect(await count()).toEqual(before);
  });

  test('is described as problem details', async () => {
    const answer = await post({ type: 'order.eaten', payload: 1 });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toEqual({
      type: 'urn:millrace:problem:unknown-type',
      title: expect.any(String),
      status: 422,
      detail: expect.stringContaining('/type'),
      requestId: expect.stringMatching(/^request-\d+$/),
      errors: [{ pointer: '/type', code: 'unknown_type', detail: expect.any(String) }],
    });
  });
});

test('refuses a payload over 256 KiB with 413', async () => {
  const answer = await post({ type: 'test.anything', payload: 'x'.repeat(256 * 1024) });
  expect(answer.status).toBe(413);
  expect(answer.body.errors).toEqual([fault('/payload', 'payload_too_large')]);
});

test('refuses with 413 a payload that only Postgres finds too large', async () => {
  const answer = await post({ type: 'test.anything', payload: Array(100_000).fill(1) });
  expect(answer.status).toBe(413);
  expect(answer.body.errors).toEqual([fault('/payload', 'payload_too_large')]);
});
