// The bookstore as an application: orders go in, and its own tables show what became of them.
import { expect, onTestFinished, test } from 'vitest';
import { orderPlaced } from '#handlers/order-placed.ts';
import { registry } from '#handlers/registry.ts';
import { migrate } from '#migrations/migrate.ts';
import type { PayloadInput } from '#queue/declare/message-type.ts';
import { validatePayload } from '#queue/declare/payload.ts';
import { drain } from '#queue/drain/drain.ts';
import { messageStatus } from '#queue/operate/message-status.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { expireLeases, makeDue } from '#test/support/move-time.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';

type Order = PayloadInput<typeof orderPlaced>;

const tea = { sku: 'tea', quantity: 2, priceCents: 450 };
const cup = { sku: 'cup', quantity: 1, priceCents: 1200 };

async function setup() {
  const own = await createDatabase();
  onTestFinished(() => own.drop());
  const { url, database, query } = own;
  const log = recordingLog();
  await migrate({ url, registry, log, applicationTables: 'handlers/tables' });
  // Payments wait for a second before they try again: a slow drain would try twice.
  await query('update millrace.queue set retry_base_seconds = 3600');
  return {
    ...own,
    log,
    drain: () => drain({ database, registry, log, remainingMs: () => 60_000 }),
    async place(orderId: string, order: Partial<Order> = {}) {
      const id = uuidV7();
      const payload = { orderId, email: 'reader@example.com', items: [tea], ...order };
      await enqueueMessages(database, [{ id, type: orderPlaced.name, payload }]);
      return id;
    },
    status: async (id: string) => {
      const { deliveries = [] } = (await messageStatus(database, id)) ?? {};
      return Object.fromEntries(deliveries.map(({ queue, status }) => [queue, status]));
    },
    payments: () =>
      query('select order_id, amount_cents, attempt from bookstore.payment order by 1'),
    shipments: () => query('select order_id from bookstore.shipment order by 1'),
    reservations: () =>
      query('select order_id, sku, quantity from bookstore.reservation order by 2'),
    emails: () => query('select order_id, kind, recipient from bookstore.email order by 1'),
  };
}

test('an order is paid, reserved, confirmed, and shipped once it is paid', async () => {
  const shop = await setup();
  const id = await shop.place('o-1', { items: [tea, cup, tea] });
  expect(await shop.drain()).toMatchObject({ claimed: 4, done: 4 });
  expect(await shop.status(id)).toEqual({
    payments: 'done',
    inventory: 'done',
    notifications: 'done',
  });
  expect(await shop.payments()).toEqual([{ order_id: 'o-1', amount_cents: '3000', attempt: 1 }]);
  expect(await shop.reservations()).toEqual([
    { order_id: 'o-1', sku: 'cup', quantity: 1 },
    { order_id: 'o-1', sku: 'tea', quantity: 4 },
  ]);
  expect(await shop.emails()).toEqual([
    { order_id: 'o-1', kind: 'confirmation', recipient: 'reader@example.com' },
  ]);
  expect(await shop.shipments()).toEqual([{ order_id: 'o-1' }]);
});

test('a payment that fails twice is made at the third attempt, and nothing is shipped before', async () => {
  const shop = await setup();
  await shop.place('o-2', { email: 'flaky@example.com' });
  for (const attempts of [1, 2]) {
    expect(await shop.drain()).toMatchObject({ retried: 1 });
    expect(
      await shop.query(`select from millrace.attempt_log where outcome = 'retry'`),
    ).toHaveLength(attempts);
    expect(await shop.payments()).toEqual([]);
    expect(await shop.shipments()).toEqual([]);
    await makeDue(shop);
  }
  expect(await shop.drain()).toMatchObject({ claimed: 2, done: 2 });
  expect(await shop.payments()).toEqual([{ order_id: 'o-2', amount_cents: '900', attempt: 3 }]);
  expect(await shop.shipments()).toEqual([{ order_id: 'o-2' }]);
  expect(await shop.emails()).toHaveLength(1);
});

test('a declined card is a dead letter with its reason, and ships nothing', async () => {
  const shop = await setup();
  const id = await shop.place('o-3', { email: 'declined@example.com' });
  expect(await shop.drain()).toMatchObject({ claimed: 3, done: 2, dead: 1 });
  expect(await shop.status(id)).toMatchObject({ payments: 'dead', notifications: 'done' });
  const letters = await shop.query('select message_id, attempts, error from millrace.dead_letter');
  const error = { name: 'Rejected', message: 'the card was declined' };
  expect(letters).toMatchObject([{ message_id: id, attempts: 1, error }]);
  expect(await shop.shipments()).toEqual([]);
});

test('an order that is handled again after a crash has its effects once', async () => {
  const shop = await setup();
  await shop.place('o-4');
  await shop.place('o-4');
  await shop.drain();
  const queues = [...registry.queues.keys()];
  await shop.place('o-4');
  for (const queue of queues)
    await shop.query('select millrace.claim($1, gen_random_uuid(), 10)', [queue]);
  await expireLeases(shop);
  await shop.drain();
  expect(await shop.payments()).toMatchObject([{ order_id: 'o-4', attempt: 1 }]);
  expect(await shop.reservations()).toMatchObject([{ quantity: 2 }]);
  expect(await shop.emails()).toHaveLength(1);
  expect(await shop.shipments()).toHaveLength(1);
});

test('many orders of all kinds all come to their end', async () => {
  const shop = await setup();
  const emails = ['reader@example.com', 'flaky@example.com', 'declined@example.com'];
  const orders = Array.from({ length: 300 }, (_, n) => ({
    id: uuidV7(),
    type: orderPlaced.name,
    payload: { orderId: `o-${n}`, email: emails[n % 3] ?? '', items: [tea] } satisfies Order,
  }));
  await enqueueMessages(shop.database, orders);
  for (let drains = 0; drains < 3; drains += 1) {
    await shop.drain();
    await makeDue(shop);
  }
  expect(await shop.payments()).toHaveLength(200);
  expect(await shop.shipments()).toHaveLength(200);
  expect(await shop.emails()).toHaveLength(300);
  const left = await shop.query(
    'select from millrace.delivery union all select from millrace.parcel',
  );
  expect(left).toEqual([]);
  const dead = await shop.query('select from millrace.dead_letter');
  expect(dead).toHaveLength(100);
});

test.each([
  ['no item', { items: [] }],
  ['half a cup', { items: [{ ...cup, quantity: 0.5 }] }],
  ['a price below nothing', { items: [{ ...cup, priceCents: -1 }] }],
  ['no address', { email: 'nobody' }],
  ['no name', { orderId: '' }],
])('an order with %s does not fit its schema', async (_, change) => {
  const order = { orderId: 'o-5', email: 'reader@example.com', items: [tea], ...change };
  expect(await validatePayload(orderPlaced, order)).toMatchObject({ ok: false });
});
