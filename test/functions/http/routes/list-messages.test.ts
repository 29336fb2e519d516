import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';

let store: Bookstore;
let ids: readonly string[];
beforeAll(async () => {
  store = await openBookstore();
  store.isDeclining = true;
  ids = await store.placeOrders(3);
  await store.drain();
  ids = [...ids, ...(await store.placeOrders(4, { groupKey: 'customer-7' }))];
});

const list = async (query = '') => (await store.call('/v1/messages', { query })).body;

interface Page {
  readonly items: { readonly id: string }[];
  readonly nextCursor: string | null;
}

const idsOf = ({ items }: Page) => items.map(({ id }) => id);

test('pages give every message once, newest first', async () => {
  const seen: string[] = [];
  let page: Page = await list('limit=2');
  for (; page.nextCursor; page = await list(`limit=2&cursor=${page.nextCursor}`)) {
    expect(page.nextCursor).toMatch(/^[\w-]+$/);
    seen.push(...idsOf(page));
  }
  seen.push(...idsOf(page));
  expect(seen).toEqual(ids.toSorted().toReversed());
  expect(idsOf(await list())).toEqual(seen);
});

test('shows what a message is and where it stands, without its payload', async () => {
  const { items, searchedTo } = await list('status=dead&queue=payments&limit=1');
  expect(searchedTo).toBeNull();
  expect(items).toEqual([
    {
      id: expect.any(String),
      type: 'order.placed',
      createdAt: expect.any(String),
      groupKey: null,
      causedBy: null,
      status: 'dead',
      deliveries: [
        {
          queue: 'payments',
          status: 'dead',
          attempt: 1,
          availableAt: null,
          finishedAt: expect.any(String),
        },
      ],
    },
  ]);
});

test.each([
  ['type=order.placed', 7],
  ['type=order.eaten', 0],
  ['type=order.unheard_of', 0],
  ['queue=nowhere', 0],
  ['status=dead', 3],
  ['status=done', 0],
  ['status=pending', 1],
  ['status=blocked&queue=payments', 3],
  ['groupKey=customer-7', 4],
  ['groupKey=customer-7&status=blocked', 3],
  ['before=2020-01-01T00:00Z', 0],
  ['after=2020-01-01T00:00Z', 7],
  [`traceId=${'A'.repeat(32)}`, 0],
  ['idempotencyKey=none', 0],
])('the filter %s finds %i', async (query, count) => {
  expect((await list(query)).items).toHaveLength(count);
});

test.each([
  ['limit=0', 'limit'],
  ['limit=201', 'limit'],
  ['status=lost', 'status'],
  ['before=yesterday', 'before'],
  ['traceId=abc', 'traceId'],
  ['cursor=x', 'cursor'],
  ['kind=x', 'kind'],
  ['type=%00', 'type'],
])('refuses %s with 400 and the parameter', async (query, parameter) => {
  const { status, body } = await store.call('/v1/messages', { query });
  expect(status).toBe(400);
  expect(body.errors).toMatchObject([{ parameter }]);
});

test('shows the chain of a message, and 404 for one that is not kept', async () => {
  const [id] = ids;
  const { status, body } = await store.call(`/v1/messages/${id}/chain`);
  expect(status).toBe(200);
  expect(body).toEqual({
    items: [
      {
        id,
        type: 'order.placed',
        createdAt: expect.any(String),
        causedBy: null,
        status: 'dead',
      },
    ],
    more: false,
  });
  for (const none of [randomUUID(), 'x'])
    expect((await store.call(`/v1/messages/${none}/chain`)).status).toBe(404);
});
