// Chords over HTTP: enqueued, watched, joined, cancelled.
import { beforeAll, describe, expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import type { TestDatabase } from '#test/support/database.ts';
import {
  bearer,
  createApiDatabase,
  keyOf,
  openApi,
  putApiKey,
  type TestApi,
} from '#test/support/functions/api.ts';
import { Chords } from '#test/support/sql/chords.ts';

let stored: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  stored = await createApiDatabase();
  api = openApi({ database: stored.database });
});

const order = { type: 'order.placed', payload: { orderId: 'A' } };
const end = { type: 'test.anything', payload: 'the end' };
const chord = { messages: [order, order], followedBy: end };

const post = (body: object, path = '/v1/chords') => api.call({ path, body, headers: bearer() });
const get = (id: string) => api.call({ path: `/v1/chords/${id}`, headers: bearer() });
const cancel = (id: string) =>
  api.call({ method: 'DELETE', path: `/v1/chords/${id}`, headers: bearer() });
const join = (id: string, ...messages: object[]) => post({ messages }, `/v1/chords/${id}/messages`);
/** What the refusal of an id that is in use says. */
function conflictIn({ status, body }: Awaited<ReturnType<typeof post>>): string {
  expect([status, body.type]).toEqual([409, 'urn:millrace:problem:id-conflict']);
  const [{ pointer, detail }] = body.errors;
  return `${pointer}: ${detail}`;
}
const sweep = () => new Chords(stored.query).sweep();

test('is enqueued, told of, and followed when all of its members have ended', async () => {
  const posted = await post(chord);
  expect(posted.status).toBe(202);
  const { id, messages } = posted.body;
  expect(posted.headers.get('location')).toBe(`/v1/chords/${id}`);
  const each = { type: order.type, status: 'pending', duplicate: false };
  expect(messages).toMatchObject([each, each]);
  const { status, body } = await get(id);
  expect(status).toBe(200);
  expect(body).toEqual({
    id,
    status: 'open',
    createdAt: expect.any(String),
    endedAt: null,
    ...{ members: 2, live: 2, done: 0, dead: 0, cancelled: 0, isExact: true },
    followedBy: { type: end.type, id: null },
    refusal: null,
  });
  for (const message of messages) {
    const path = `/v1/messages/${message.id}`;
    expect((await api.call({ path, headers: bearer() })).body.chordId).toBe(id);
    const shown = await api.call({ path, headers: { 'status-token': message.statusToken } });
    expect([shown.status, 'chordId' in shown.body]).toEqual([200, false]);
    await api.call({ method: 'DELETE', path, headers: bearer() });
  }
  expect(await sweep()).toBe(1);
  const after = (await get(id)).body;
  expect(after).toMatchObject({ status: 'ended', live: 0, cancelled: 2 });
  const follower = await api.call({
    path: `/v1/messages/${after.followedBy.id}`,
    headers: bearer(),
  });
  expect(follower.body).toMatchObject({ ...end, headers: { 'chord-cancelled': '2' } });
});

test('is stored once, however often its request comes with its id', async () => {
  const body = { ...chord, id: uuidV7() };
  const [first, second] = [await post(body), await post(body)];
  expect(first.status).toBe(202);
  expect(second.body).toEqual({
    id: body.id,
    messages: first.body.messages.map((message: object) => ({
      ...message,
      statusToken: expect.any(String),
    })),
  });
  expect((await get(body.id)).body.members).toBe(2);
  const another = { ...order, payload: { orderId: 'B' } };
  for (const messages of [[order, another], [order]])
    expect(conflictIn(await post({ ...body, messages }))).toMatch(/^\/id: .*/);
});

describe('joining', () => {
  test('holds an open chord open', async () => {
    const { id } = (await post(chord)).body;
    const joined = await join(id, order, end);
    expect(joined.status).toBe(202);
    expect(joined.body.messages).toMatchObject([{ status: 'pending' }, { status: 'done' }]);
    expect((await get(id)).body).toMatchObject({ members: 4, live: 3, done: 1 });
  });

  test('happens once, however often a request comes with its id, also after the end', async () => {
    const { id } = (await post(chord)).body;
    const request = { id: uuidV7(), messages: [order, end] };
    const again = () => post(request, `/v1/chords/${id}/messages`);
    const ids = ({ body }: Awaited<ReturnType<typeof again>>) =>
      body.messages.map((message: { id: string }) => message.id);
    const first = ids(await again());
    expect(ids(await again())).toEqual(first);
    const inCapitals = await post(request, `/v1/chords/${id.toUpperCase()}/messages`);
    expect(ids(inCapitals)).toEqual(first);
    expect((await get(id)).body.members).toBe(4);
    // The same request for another chord is another one.
    const other = (await post(chord)).body.id;
    const elsewhere = await post(request, `/v1/chords/${other}/messages`);
    expect([elsewhere.status, ids(elsewhere).includes(first[0])]).toEqual([202, false]);
    await cancel(id);
    expect(ids(await again())).toEqual(first);
    const changed = { ...request, messages: [order, { ...end, payload: 'another' }] };
    const more = { ...request, messages: [...request.messages, order] };
    expect((await post(more, `/v1/chords/${id}/messages`)).body.type).toMatch(/:chord-ended$/);
    expect(conflictIn(await post(changed, `/v1/chords/${id}/messages`))).toBe(
      '/id: expected the messages that came with this id before; /messages/1 is none of them',
    );
    expect((await get(id)).body.members).toBe(4);
  });

  test('is refused under the id of the chord, whose members are others', async () => {
    const { id } = (await post(chord)).body;
    const answer = await post({ id, messages: [order] }, `/v1/chords/${id}/messages`);
    expect([answer.status, answer.body.errors]).toEqual([
      422,
      [expect.objectContaining({ pointer: '/id', code: 'invalid_field' })],
    ]);
  });

  test('is refused by one that has ended, and by none', async () => {
    const { id } = (await post(chord)).body;
    await cancel(id);
    for (const gone of [id, uuidV7()]) {
      const answer = await join(gone, order);
      expect([answer.status, answer.body.type]).toEqual([409, 'urn:millrace:problem:chord-ended']);
    }
    expect((await join('42', order)).status).toBe(404);
  });
});

test('is cancelled with what waits, and followed by nothing', async () => {
  const { id } = (await post({ ...chord, messages: Array(30).fill(order) })).body;
  const answer = await cancel(id);
  // Two queues each.
  expect([answer.status, answer.body]).toEqual([200, { cancelled: 60, more: false }]);
  expect(await sweep()).toBe(0);
  expect((await get(id)).body).toMatchObject({
    ...{ status: 'cancelled', cancelled: 30 },
    followedBy: { id: null },
  });
  expect((await cancel(id)).body).toEqual({ cancelled: 0, more: false });
  const unknown = uuidV7();
  expect([(await get(unknown)).status, (await cancel(unknown)).status]).toEqual([404, 404]);
});

test('those that are open are listed, page by page, with what drains have counted', async () => {
  const listed = (query = '') => api.call({ path: '/v1/chords', query, headers: bearer() });
  const { id, messages } = (await post(chord)).body;
  const [ended, live] = messages;
  await stored.query('select millrace.cancel($1)', [ended.id]);
  const { id: other } = (await post(chord)).body;
  await sweep();
  const { status, body } = await listed('limit=200');
  expect(status).toBe(200);
  const shown = body.items.filter((each: { id: string }) => [id, other].includes(each.id));
  expect(shown).toEqual([
    {
      ...{ id, createdAt: expect.any(String), members: 2, ended: 0, dead: 0, waitsFor: live.id },
      ...{ followedBy: { type: end.type }, refusal: null },
    },
    expect.objectContaining({ id: other, members: 2 }),
  ]);
  expect(body.nextCursor).toBeNull();
  const ids: string[] = [];
  for (let query = 'limit=1'; ; ) {
    const page = (await listed(query)).body;
    ids.push(...page.items.map((each: { id: string }) => each.id));
    if (page.nextCursor === null) break;
    query = `limit=1&cursor=${page.nextCursor}`;
  }
  expect(ids).toEqual(body.items.map((each: { id: string }) => each.id));
  await cancel(id);
  expect(
    (await listed('limit=200')).body.items.map((each: { id: string }) => each.id),
  ).not.toContain(id);
  expect((await listed('cursor=42')).status).toBe(400);
});

/** As much as HTTP takes, so that none is left for the counts. */
const long = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`h${n}`, 'x'.repeat(895)]));

describe('is refused', () => {
  test.each<[string, object, string]>([
    ['without messages', { ...chord, messages: [] }, '/messages'],
    ['without what follows', { messages: [order] }, '/followedBy'],
    ['with an unknown key', { ...chord, next: end }, '/next'],
    ['with an id that is none', { ...chord, id: '42' }, '/id'],
    ['with an id of long ago', { ...chord, id: '01900000-0000-7000-8000-000000000008' }, '/id'],
    [
      'with a key',
      { ...chord, messages: [{ ...order, idempotencyKey: 'k' }] },
      '/messages/0/idempotencyKey',
    ],
    [
      'with a payload that does not fit',
      { ...chord, messages: [order, { ...order, payload: {} }] },
      '/messages/1/payload/orderId',
    ],
    [
      'with an end that does not fit',
      { ...chord, followedBy: { ...order, payload: {} } },
      '/followedBy/payload/orderId',
    ],
    [
      'with an end whose headers leave no room',
      { ...chord, followedBy: { ...end, headers: long } },
      '/followedBy/headers',
    ],
  ])('%s', async (_, body, pointer) => {
    const answer = await post(body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((fault: { pointer: string }) => fault.pointer)).toContain(
      pointer,
    );
  });

  test('to callers whose scopes do not cover what follows', async () => {
    const key = keyOf('orders');
    await putApiKey(stored, 'orders', key, ['enqueue:order.*']);
    const answer = await api.call({ path: '/v1/chords', body: chord, headers: bearer(key) });
    expect(answer.status).toBe(403);
    expect(answer.body.errors).toMatchObject([{ pointer: '/followedBy/type' }]);
  });
});
