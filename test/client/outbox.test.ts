// Messages that a page keeps until the API has them. Tabs and reloads are outboxes of the same name, one beside or after the other.
import 'fake-indexeddb/auto';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { createOutbox, type OutboxMessage, type OutboxOptions } from '#client/outbox.ts';
import type { MillraceProblem } from '#client/problem.ts';
import { seed } from '#test/support/chaos/seeded-random.ts';
import { type ServedApi, serveApi } from '#test/support/client/served-api.ts';
import { openTroubledNetwork } from '#test/support/client/troubled-network.ts';
import { keyOf, secret } from '#test/support/functions/api.ts';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';

let store: Bookstore;
let api: ServedApi;
beforeAll(async () => {
  store = await openBookstore();
  api = await serveApi(store.api);
  return () => api.stop();
});

let names = 0;
const newName = () => {
  names += 1;
  return `customer-${names}`;
};

/** An outbox with what it has told, by the orders' ids. */
function openOutbox(options: Partial<OutboxOptions> = {}) {
  const sent: string[] = [];
  const refused: [string, string][] = [];
  const outbox = createOutbox<{ 'order.placed': { orderId: string; note?: string } }>({
    ...{ url: api.url, key: secret, name: newName() },
    onSent: (message) => void sent.push(orderOf(message)),
    onRefused: (message, { kind }) => void refused.push([orderOf(message), kind]),
    ...options,
  });
  onTestFinished(() => outbox.close());
  const isEmpty = () => expect.poll(() => outbox.waiting(), { timeout: 60_000 }).toEqual([]);
  const place = async (...orders: string[]) => {
    for (const orderId of orders) await outbox.enqueue('order.placed', { orderId });
  };
  return { outbox, sent, refused, isEmpty, place };
}

const orderOf = ({ payload }: OutboxMessage) => (payload as { orderId: string }).orderId;
const orders = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${prefix}-${n}`);

/** As they came in. */
async function storedOrders(prefix: string): Promise<string[]> {
  const rows = await store.query<{ order: string }>(
    `select payload ->> 'orderId' as order from millrace.message
     where payload ->> 'orderId' like $1 || '-%' order by created_at`,
    [prefix],
  );
  return rows.map(({ order }) => order);
}

const unreachable = { url: 'http://127.0.0.1:9' };

test('what is given without a network is sent in order when there is one', async () => {
  const name = newName();
  const offline = openOutbox({ name, ...unreachable });
  await offline.place(...orders('tunnel', 20));
  expect((await offline.outbox.waiting()).map(orderOf)).toEqual(orders('tunnel', 20));
  offline.outbox.close();
  const { isEmpty, sent } = openOutbox({ name });
  await isEmpty();
  expect(sent).toEqual(orders('tunnel', 20));
  expect(await storedOrders('tunnel')).toEqual(orders('tunnel', 20));
});

test(`a reload in the middle loses nothing and doubles nothing, whatever the network does (seed ${seed})`, async () => {
  const { url } = await openTroubledNetwork(api.url, seed);
  const name = newName();
  const first = openOutbox({ name, url });
  await first.place(...orders('reload', 20));
  await expect.poll(async () => (await first.outbox.waiting()).length).toBeLessThan(15);
  first.outbox.close();
  const second = openOutbox({ name, url });
  await second.place('reload-late');
  await second.isEmpty();
  const all = [...orders('reload', 20), 'reload-late'];
  expect(await storedOrders('reload')).toEqual(all);
  expect(all.slice(-second.sent.length)).toEqual(second.sent);
});

test('a message that is refused is given back, and the rest goes on', async () => {
  const { place, outbox, isEmpty, refused } = openOutbox();
  await place('refused-0');
  await outbox.enqueue('order.placed', { orderId: 7 } as never);
  await place('refused-1');
  await isEmpty();
  expect(refused).toEqual([[7, 'invalid-message']]);
  expect(await storedOrders('refused')).toEqual(['refused-0', 'refused-1']);
});

test('it stays when whoever it is given back to fails, and is given back again', async () => {
  const told: number[] = [];
  const failing = (_: OutboxMessage, { status }: MillraceProblem) => {
    told.push(status);
    if (told.length === 1) throw new Error('the page was not ready');
  };
  const { outbox, isEmpty } = openOutbox({ onRefused: failing });
  await outbox.enqueue('order.placed', { orderId: 8 } as never);
  await isEmpty();
  expect(told).toEqual([422, 422]);
});

test('what a customer has left waits until somebody signs in again', async () => {
  let token = keyOf('expired');
  const statuses: number[] = [];
  const watched: typeof fetch = async (url, init) => {
    const response = await fetch(url, init);
    statuses.push(response.status);
    return response;
  };
  const signIn = { url: api.url, name: newName(), fetch: watched, token: () => token };
  const outbox = createOutbox({ ...signIn, onRefused: () => expect.unreachable() });
  onTestFinished(() => outbox.close());
  await outbox.enqueue('order.placed', { orderId: 'signed-in-0' });
  await expect.poll(() => statuses).toContain(401);
  token = secret;
  await expect.poll(() => outbox.waiting(), { timeout: 60_000 }).toEqual([]);
  expect(await storedOrders('signed-in')).toEqual(['signed-in-0']);
});

test('an answer that is not the API’s own refuses nothing', async () => {
  let isBehindSignIn = true;
  const hotel: typeof fetch = async (url, init) =>
    isBehindSignIn ? new Response('<html>Sign in</html>', { status: 403 }) : fetch(url, init);
  const { place, isEmpty, outbox } = openOutbox({ fetch: hotel });
  await place('hotel-0');
  expect(await outbox.waiting()).toHaveLength(1);
  isBehindSignIn = false;
  await isEmpty();
  expect(await storedOrders('hotel')).toEqual(['hotel-0']);
});

test('of several tabs one sends at a time, and each message is told of once', async () => {
  const name = newName();
  let underWay = 0;
  let most = 0;
  const counting: typeof fetch = async (url, init) => {
    underWay += 1;
    most = Math.max(most, underWay);
    return fetch(url, init).finally(() => {
      underWay -= 1;
    });
  };
  const tabs = [1, 2, 3].map(() => openOutbox({ name, fetch: counting }));
  await Promise.all(tabs.map(({ place }, n) => place(...orders(`tab-${n}`, 10))));
  for (const { isEmpty } of tabs) await isEmpty();
  expect(most).toBe(1);
  expect(tabs.flatMap(({ sent }) => sent)).toHaveLength(30);
  expect(await storedOrders('tab')).toHaveLength(30);
});

test('the outboxes of two customers are apart', async () => {
  const [one, other] = [openOutbox(unreachable), openOutbox(unreachable)];
  await one.place('apart-0');
  expect(await one.outbox.waiting()).toHaveLength(1);
  expect(await other.outbox.waiting()).toEqual([]);
});

test('the network’s return ends the waiting', async () => {
  const page = new EventTarget();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  onTestFinished(() => void vi.unstubAllGlobals());
  let calls = 0;
  const busy: typeof fetch = async () => {
    calls += 1;
    return new Response('', { status: 503, headers: { 'retry-after': '3600' } });
  };
  const { place } = openOutbox({ fetch: busy });
  await place('online-0');
  await expect.poll(() => calls).toBe(1);
  await expect
    .poll(() => {
      page.dispatchEvent(new Event('online'));
      return calls;
    })
    .toBeGreaterThan(1);
});

test('small messages may outlive their page, and carry a key for 30 days', async () => {
  const seen: RequestInit[] = [];
  const looking: typeof fetch = async (url, init) => {
    seen.push(init ?? {});
    return fetch(url, init);
  };
  const { outbox, isEmpty } = openOutbox({ fetch: looking });
  const key = await outbox.enqueue('order.placed', { orderId: 'alive-0' });
  await outbox.enqueue('order.placed', { orderId: 'alive-1', note: 'x'.repeat(70_000) });
  await isEmpty();
  expect(seen.map(({ keepalive }) => keepalive)).toEqual([true, false]);
  expect(new Headers(seen[0]?.headers).get('idempotency-key')).toBe(key);
  expect(JSON.parse(String(seen[0]?.body)).idempotencySeconds).toBe(2_592_000);
});

test('without IndexedDB there is no outbox', () => {
  vi.stubGlobal('indexedDB', undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
  expect(() => openOutbox()).toThrow(
    new TypeError('There is no IndexedDB here: an outbox needs a browser'),
  );
});
