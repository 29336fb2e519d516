// The client on a network that drops, delays, repeats and cuts short what passes it: nothing is stored twice, and nothing lost.
import { beforeAll, expect, test } from 'vitest';
import { createClient } from '#client/client.ts';
import { seed } from '#test/support/chaos/seeded-random.ts';
import { type ServedApi, serveApi } from '#test/support/client/served-api.ts';
import { openTroubledNetwork } from '#test/support/client/troubled-network.ts';
import { secret } from '#test/support/functions/api.ts';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';

let store: Bookstore;
let api: ServedApi;
beforeAll(async () => {
  store = await openBookstore();
  api = await serveApi(store.api);
  return () => api.stop();
});

const troubledClient = async () => {
  const network = await openTroubledNetwork(api.url, seed);
  // A busy machine and a run of bad luck need longer than a person would wait.
  return { network, client: createClient({ url: network.url, key: secret, patienceSeconds: 100 }) };
};

/** The ids of the orders that are stored, by the orders' own numbers. */
async function storedOrders(prefix: string): Promise<[string, string][]> {
  const rows = await store.query<{ order: string; id: string }>(
    `select payload ->> 'orderId' as order, id from millrace.message where payload ->> 'orderId' like $1 || '%'`,
    [prefix],
  );
  return rows.map(({ order, id }) => [order, id]);
}

test(`each of 300 orders is stored once, whatever the network does (seed ${seed})`, async () => {
  const { client, network } = await troubledClient();
  const orders = Array.from({ length: 300 }, (_, n) => `single-${n}`);
  const answers: [string, string][] = [];
  const placeNext = async () => {
    for (let orderId = orders.pop(); orderId; orderId = orders.pop())
      answers.push([orderId, (await client.enqueue('order.placed', { orderId })).id]);
  };
  await Promise.all(Array.from({ length: 60 }, placeNext));
  const stored = await storedOrders('single-');
  expect(answers).toHaveLength(300);
  expect(stored.toSorted()).toEqual(answers.toSorted());
  expect(Object.entries(network.counts).filter(([, count]) => count === 0)).toEqual([]);
});

test(`each of 2,500 messages in batches is stored once, and answered in its place (seed ${seed})`, async () => {
  const { client } = await troubledClient();
  const messages = Array.from({ length: 2_500 }, (_, n) => ({
    type: 'order.placed',
    payload: { orderId: `batch-${n}` },
  }));
  const progress: number[] = [];
  const answers = await client.enqueueMany(messages, {
    onProgress: ({ stored, total }) => progress.push(stored / total),
  });
  expect(progress).toEqual([0.4, 0.8, 1]);
  const expected = answers.map(({ id }, n) => [`batch-${n}`, id]);
  expect((await storedOrders('batch-')).toSorted()).toEqual(expected.toSorted());
});
