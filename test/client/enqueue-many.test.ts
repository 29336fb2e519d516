// Many messages at once, against the limits of the real API.
import { beforeAll, expect, test } from 'vitest';
import { createClient } from '#client/client.ts';
import { type ServedApi, serveApi } from '#test/support/client/served-api.ts';
import { secret } from '#test/support/functions/api.ts';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';

let store: Bookstore;
let api: ServedApi;
beforeAll(async () => {
  store = await openBookstore();
  api = await serveApi(store.api);
  return () => api.stop();
});

/** A client, and how many messages each of its calls has brought. */
function countingClient() {
  const sizes: number[] = [];
  const counting: typeof fetch = async (url, init) => {
    sizes.push(JSON.parse(String(init?.body)).messages.length);
    return fetch(url, init);
  };
  return { sizes, client: createClient({ url: api.url, key: secret, fetch: counting }) };
}

const orders = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, n) => ({
    type: 'order.placed',
    payload: { orderId: `A-${n}`, ...more },
  }));

const countOf = async (ids: readonly string[]) => {
  const sql = 'select count(*)::integer as n from millrace.message where id = any($1::uuid[])';
  return (await store.query<{ n: number }>(sql, [ids]))[0]?.n;
};

test('none are sent when there are none', async () => {
  const { client, sizes } = countingClient();
  expect(await client.enqueueMany([])).toEqual([]);
  expect(sizes).toEqual([]);
});

test('a body stays below what Lambda takes', async () => {
  const { client, sizes } = countingClient();
  const answers = await client.enqueueMany(orders(30, { note: 'x'.repeat(200_000) }));
  expect(sizes).toEqual([12, 12, 6]);
  expect(await countOf(answers.map(({ id }) => id))).toBe(30);
});

test('a batch with too many values for the API is sent in halves', async () => {
  const { client, sizes } = countingClient();
  const answers = await client.enqueueMany(orders(1_000, { values: Array(250).fill(0) }));
  expect(sizes).toEqual([1_000, 500, 500]);
  expect(await countOf(answers.map(({ id }) => id))).toBe(1_000);
});

test('a payload that is too large by itself is refused', async () => {
  const { client } = countingClient();
  const answer = client.enqueueMany(orders(1, { note: 'x'.repeat(300_000) }));
  await expect(answer).rejects.toMatchObject({ status: 413, kind: 'payload-too-large' });
});

test('pointers count from the first message, and what came before is stored', async () => {
  const { client } = countingClient();
  const messages = [...orders(1_500), { type: 'order.placed', payload: {} }];
  const stored: number[] = [];
  const answer = client.enqueueMany(messages, { onProgress: (at) => stored.push(at.stored) });
  await expect(answer).rejects.toMatchObject({
    errors: [{ pointer: '/messages/1500/payload/orderId' }],
    detail: expect.stringMatching(/^\/messages\/1500\/payload\/orderId: [^/]*$/),
    message: expect.stringMatching(/^The message is not valid: \/messages\/1500\/payload/),
  });
  expect(stored).toEqual([1_000]);
});

test('the keys of the messages are kept', async () => {
  const { client } = countingClient();
  const messages = orders(2).map((order, n) => ({ ...order, idempotencyKey: `order ${n}` }));
  const [first, second] = [await client.enqueueMany(messages), await client.enqueueMany(messages)];
  expect(second.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
});

test('a signal ends it before the next batch', async () => {
  const { client, sizes } = countingClient();
  const aborter = new AbortController();
  const answer = client.enqueueMany(orders(3_000), {
    signal: aborter.signal,
    onProgress: () => aborter.abort(new Error('enough')),
  });
  await expect(answer).rejects.toThrow('enough');
  expect(sizes).toEqual([1_000]);
});
