// Following one message to its end, with nothing but its status token.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Client, createClient } from '#client/client.ts';
import type { MessageStatus } from '#client/message-answers.ts';
import { type ServedApi, serveApi } from '#test/support/client/served-api.ts';
import { secret } from '#test/support/functions/api.ts';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';

let store: Bookstore;
let api: ServedApi;
beforeEach(async () => {
  store = await openBookstore();
  api = await serveApi(store.api);
  onTestFinished(() => api.stop());
});

const place = (orderId: string) =>
  createClient({ url: api.url, key: secret }).enqueue('order.placed', { orderId });

/** What a page sees that has no other right. */
const stranger = (): Client => createClient({ url: api.url });

/** Follows a message to its end; `seen` has what was there so far. */
function follow(id: string, statusToken: string, signal?: AbortSignal) {
  const seen: MessageStatus[] = [];
  const run = async () => {
    const options = { statusToken, ...(signal && { signal }) };
    for await (const status of stranger().watch(id, options)) seen.push(status);
  };
  return { seen, ended: run() };
}

test('a watch tells of each change, and ends with the message', async () => {
  const { id, statusToken } = await place('A-1');
  const { seen, ended } = follow(id, statusToken);
  await expect.poll(() => seen.length).toBe(1);
  await store.drain();
  await ended;
  expect(seen.map(({ status }) => status)).toEqual(expect.arrayContaining(['pending', 'done']));
  expect(seen.at(-1)).toMatchObject({ id, status: 'done', deliveries: [{ queue: 'payments' }] });
  expect(new Set(seen.map(({ revision }) => revision)).size).toBe(seen.length);
  expect(seen[0]).not.toHaveProperty('payload');
});

test('of a message that has ended there is one status', async () => {
  store.isDeclining = true;
  const { id, statusToken } = await place('A-2');
  await store.drain();
  const { seen, ended } = follow(id, statusToken);
  await ended;
  expect(seen.map(({ status }) => status)).toEqual(['dead']);
});

test('a watch goes on when the API was away and has come back', async () => {
  const { id, statusToken } = await place('A-3');
  const { seen, ended } = follow(id, statusToken);
  await expect.poll(() => seen.length).toBe(1);
  for (let restarts = 0; restarts < 2; restarts += 1) {
    await api.stop();
    api = await serveApi(store.api, api.port);
  }
  await store.drain();
  await ended;
  expect(seen.at(-1)?.status).toBe('done');
});

test('a token opens its own message alone', async () => {
  const [first, second] = [await place('A-4'), await place('A-5')];
  const { ended } = follow(first.id, second.statusToken);
  await expect(ended).rejects.toMatchObject({ status: 401, kind: 'status-token-foreign' });
});

test('a signal ends a watch at once, with its reason', async () => {
  const { id, statusToken } = await place('A-6');
  const aborter = new AbortController();
  const { seen, ended } = follow(id, statusToken, aborter.signal);
  await expect.poll(() => seen.length).toBe(1);
  aborter.abort(new Error('the page was left'));
  await expect(ended).rejects.toThrow('the page was left');
});
