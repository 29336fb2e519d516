import { afterAll, beforeAll, expect, test } from 'vitest';
import { orderPlaced } from '#handlers/order-placed.ts';
import { registry } from '#handlers/registry.ts';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { numbered } from '#test/support/numbered.ts';
import { openTestKit, type TestKit } from '#testing/test-kit.ts';

let kit: TestKit;
beforeAll(async () => {
  kit = await openTestKit(registry, { migrations: 'handlers/tables' });
  // Payments wait for a second before they try again, which could pass between two lines of a test.
  await kit.database.query('update millrace.queue set retry_base_seconds = 60');
});
afterAll(() => kit[Symbol.asyncDispose]());

const order = (orderId: string, email: string) => ({
  orderId,
  email,
  items: [{ sku: 'kindred', quantity: 2, priceCents: 1250 }],
});

const statusIn = async (id: string, queue: string) => {
  const status = await kit.status(id);
  return status?.deliveries.find((delivery) => delivery.queue === queue);
};

test("runs one queue's handlers and leaves the others alone", async () => {
  const id = await kit.enqueue(orderPlaced, order('kit-1', 'reader@example.com'));
  expect(await kit.drain('payments')).toMatchObject({ claimed: 1, done: 1 });
  expect(await statusIn(id, 'payments')).toMatchObject({ status: 'done' });
  expect(await statusIn(id, 'inventory')).toMatchObject({ status: 'pending' });
  const rows = await kit.database.query(
    'select amount_cents from bookstore.payment where order_id = $1',
    ['kit-1'],
  );
  expect(rows).toEqual([{ amount_cents: '2500' }]);
});

test('lets the time of retries pass', async () => {
  const id = await kit.enqueue(orderPlaced, order('kit-2', 'flaky@example.com'));
  expect(await kit.drain('payments')).toMatchObject({ retried: 1 });
  expect(await kit.drain('payments')).toMatchObject({ claimed: 0 });
  await kit.travel({ minutes: 1 });
  expect(await kit.drain('payments')).toMatchObject({ retried: 1 });
  await kit.travel({ minutes: 2 });
  expect(await kit.drain('payments')).toMatchObject({ done: 1 });
  expect((await statusIn(id, 'payments'))?.attempts).toHaveLength(3);
});

test('lets the time of a delay pass, and no more', async () => {
  const id = await kit.enqueue(orderPlaced, order('kit-3', 'reader@example.com'), {
    delaySeconds: 3600,
  });
  await kit.travel({ minutes: 59 });
  await kit.drain('inventory');
  expect(await statusIn(id, 'inventory')).toMatchObject({ status: 'scheduled' });
  await kit.travel({ minutes: 2 });
  await kit.drain('inventory');
  expect(await statusIn(id, 'inventory')).toMatchObject({ status: 'done' });
});

test('lets a schedule come due', async () => {
  await kit.drain();
  await kit.travel({ days: 7 });
  await kit.drain();
  const sent = await kit.database.query(
    "select kind from bookstore.email where kind = 'weekly-summary'",
  );
  expect(sent).not.toEqual([]);
});

test('runs the handlers of a queue on SQS, too, without any SQS', async () => {
  const handled: number[] = [];
  const queue = defineQueue({
    name: 'away',
    policy: { engine: 'sqs-fifo', once: true },
    subscriptions: [on(numbered, ({ payload }) => void handled.push(payload.n))],
  });
  await using own = await openTestKit(defineRegistry({ queues: [queue] }));
  for (const n of [1, 2]) await own.enqueue(numbered, { n }, { groupKey: 'g' });
  expect(await own.drain()).toMatchObject({ claimed: 2, done: 2 });
  expect(handled).toEqual([1, 2]);
});

test('names a queue that is not there', async () => {
  await expect(async () => kit.drain('paymens')).rejects.toThrow('no queue is named "paymens"');
});

test('travels forward only', async () => {
  await expect(kit.travel({ hours: -1 })).rejects.toThrow('travel goes forward');
});
