// Who may send an event to which message. What becomes of it is tested beside the routine.
import { expect, test } from 'vitest';
import {
  bearer,
  createApiDatabase,
  keyOf,
  openApi,
  putApiKey,
} from '#test/support/functions/api.ts';

const stored = await createApiDatabase();
const api = openApi({ database: stored.database, allowedOrigins: ['https://shop.example'] });

async function enqueue(type: string): Promise<string> {
  const body = { type, payload: { orderId: 'A' } };
  return (await api.call({ path: '/v1/messages', body, headers: bearer() })).body.id;
}
const order = await enqueue('order.placed');
const other = await enqueue('test.anything');

async function send(id: string, scopes: readonly string[], headers: object = {}) {
  const key = keyOf(scopes.join());
  await stored.query('delete from millrace.api_key where name = $1', [scopes.join()]);
  await putApiKey(stored, scopes.join(), key, scopes);
  const path = `/v1/messages/${id}/events`;
  return api.call({ path, body: { name: 'approved' }, headers: { ...bearer(key), ...headers } });
}

test.each([
  [['enqueue:order.placed']],
  [['enqueue:order.*', 'read']],
  [['enqueue:*']],
  [['operate']],
])('with %j a message of the type is sent one', async (scopes) => {
  expect((await send(order, scopes)).status).toBe(200);
});

test('who may not enqueue a type cannot tell its messages from none', async () => {
  const none = await send('01900000-0000-7000-8000-000000000000', ['enqueue:order.*']);
  const foreign = await send(other, ['enqueue:order.*']);
  expect([none.status, foreign.status]).toEqual([404, 404]);
  expect(foreign.body.detail).toBe(none.body.detail);
  expect(await stored.query('select from millrace.event where message_id = $1', [other])).toEqual(
    [],
  );
});

test.each([[['read']], [['enqueue:nothing.known']]])('with %j nobody sends any', async (scopes) => {
  const { status, body } = await send(order, scopes);
  expect([status, body.type]).toEqual([403, 'urn:millrace:problem:scope-missing']);
});

test('browsers send events to messages of public types only', async () => {
  const browser = { origin: 'https://shop.example' };
  expect((await send(order, ['enqueue:*'], browser)).status).toBe(200);
  expect((await send(other, ['enqueue:*'], browser)).status).toBe(404);
});
