// The queue on a real Postgres of its own: nothing is mocked, and a drain runs when the test says so.
import { openTestKit, type TestKit } from 'millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { orderPlaced } from './order-placed.ts';
import { registry } from './registry.ts';

let kit: TestKit;
beforeAll(async () => {
  kit = await openTestKit(registry, { migrations: 'queue/tables' });
}, 60_000);
afterAll(() => kit[Symbol.asyncDispose]());

const order = (orderId: string, priceCents = 1299) => ({
  orderId,
  email: 'reader@example.com',
  items: [{ sku: 'the-dispossessed', quantity: 2, priceCents }],
});

const receiptsOf = (orderId: string) =>
  kit.database.query(
    'select total_cents::integer as "totalCents" from shop.receipt where order_id = $1',
    [orderId],
  );

test('writes one receipt for an order, however often it is placed', async () => {
  await kit.enqueue(orderPlaced, order('twice'));
  await kit.enqueue(orderPlaced, order('twice'));
  expect(await kit.drain()).toMatchObject({ claimed: 2, done: 2 });
  expect(await receiptsOf('twice')).toEqual([{ totalCents: 2598 }]);
});

test('leaves an order that costs nothing to a person', async () => {
  const id = await kit.enqueue(orderPlaced, order('free', 0));
  expect(await kit.drain()).toMatchObject({ claimed: 1, dead: 1 });
  expect(await receiptsOf('free')).toEqual([]);
  expect((await kit.status(id))?.deliveries).toMatchObject([{ queue: 'receipts', status: 'dead' }]);
});
