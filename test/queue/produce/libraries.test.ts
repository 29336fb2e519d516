// The examples of docs/producers.md, which are these files word for word, on the real libraries and a real Postgres.
import { inspect } from 'node:util';
import { Pool } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue, type Queue } from '#queue/declare/queue.ts';
import { EnqueueRefused } from '#queue/enqueue-refused.ts';
import { neon } from '#test/support/neon-driver.ts';
import { importOrders } from '#test/support/producers/shop/import.ts';
import { importAll } from '#test/support/producers/shop/import-all.ts';
import { announceOrder } from '#test/support/producers/shop/neon.ts';
import { orderPlaced } from '#test/support/producers/shop/order-placed.ts';
import { shops } from '#test/support/producers/shops.ts';
import { startCuttingProxy } from '#test/support/queue/cutting-proxy.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

const payments = defineQueue({
  name: 'payments',
  policy: { maxDepth: 2 },
  subscriptions: [on(orderPlaced, () => {})],
});
const order = { orderId: 'order-1', email: 'reader@example.com' };

describe.each(Object.entries(shops))('%s', (_name, openShop) => {
  async function setup(...queues: Queue[]) {
    const opened = await openQueues(...queues);
    // A commit that fails is the last moment at which a transaction can be rolled back.
    await opened.query(`
      drop table if exists customer_order;
      create table customer_order (id text, email text);
      create or replace function refuse() returns trigger language plpgsql as $$
      begin raise 'no fraud'; end $$;
      create constraint trigger no_fraud after insert on customer_order deferrable initially deferred
        for each row when (new.email = 'fraud@example.com') execute function refuse()`);
    const shop = openShop(opened);
    onTestFinished(async () => void (await shop.close()));
    return {
      placeOrder: shop.placeOrder,
      stored: async () => {
        const [row] = await opened.query(`
          select
            (select count(*)::integer from customer_order) as orders,
            (select count(*)::integer from millrace.message) as messages`);
        return row;
      },
      payloads: () => opened.query('select type, payload from millrace.message'),
    };
  }

  test('an order and its message commit together', async () => {
    const { placeOrder, stored, payloads } = await setup(payments);
    await placeOrder(order);
    expect(await stored()).toEqual({ orders: 1, messages: 1 });
    expect(await payloads()).toEqual([{ type: 'order.placed', payload: order }]);
  });

  test('they roll back together', async () => {
    const { placeOrder, stored } = await setup(payments);
    const failure = await placeOrder({ ...order, email: 'fraud@example.com' }).catch(
      (error) => error,
    );
    expect(inspect(failure, { depth: 9 })).toContain('no fraud');
    expect(await stored()).toEqual({ orders: 0, messages: 0 });
  });

  test('a payload that does not fit is refused with its place and without its value', async () => {
    const { placeOrder, stored } = await setup(payments);
    const failure = await placeOrder({ ...order, email: 'nobody' }).catch((error) => error);
    expect(failure).toBeInstanceOf(EnqueueRefused);
    expect(failure).toMatchObject({ code: 'invalid_payload', index: 0, pointer: '/payload/email' });
    expect(await stored()).toEqual({ orders: 0, messages: 0 });
  });

  test('a type that the database does not know is refused', async () => {
    const { placeOrder, stored } = await setup();
    const failure = await placeOrder(order).catch((error) => error);
    expect(failure).toBeInstanceOf(EnqueueRefused);
    expect(failure).toMatchObject({ code: 'unknown_type', index: 0, pointer: '/type' });
    expect(failure.message).toBe('no message type is named "order.placed"');
    // Drizzle's own error has the statement's parameters in its sentence.
    expect(inspect(failure, { depth: 9 })).not.toContain(order.email);
    expect(await stored()).toEqual({ orders: 0, messages: 0 });
  });

  test('a full queue and a key of another message refuse', async () => {
    const { placeOrder, stored } = await setup(payments);
    await placeOrder(order);
    const other = await placeOrder({ ...order, email: 'other@example.com' }).catch(
      (error) => error,
    );
    expect(other).toBeInstanceOf(EnqueueRefused);
    expect(other).toMatchObject({ code: 'key_conflict', pointer: '/idempotencyKey' });
    await placeOrder({ ...order, orderId: 'order-2' });
    const third = await placeOrder({ ...order, orderId: 'order-3' }).catch((error) => error);
    expect(third).toBeInstanceOf(EnqueueRefused);
    expect(third).toMatchObject({ code: 'queue_full', index: 0, pointer: '/type' });
    expect(await stored()).toEqual({ orders: 2, messages: 2 });
  });
});

test('Neon over HTTP stores a message alone, too', async () => {
  const { url, query } = await openQueues(payments);
  await announceOrder(neon(url), order);
  expect(await query('select payload from millrace.message')).toEqual([{ payload: order }]);
});

test('messages whose answer was lost are stored once', async () => {
  const { directUrl, query } = await openQueues(payments);
  const proxy = await startCuttingProxy(directUrl);
  const pool = new Pool({ connectionString: proxy.url });
  onTestFinished(() => pool.end());
  await pool.query('select 1');
  proxy.cutAfter(1);
  const enqueued = await importOrders(pool, [order, { ...order, orderId: 'order-2' }]);
  expect(proxy.cuts).toBe(1);
  expect(await query('select id from millrace.message order by id')).toEqual(
    enqueued.map(({ id }) => ({ id })).sort((one, other) => one.id.localeCompare(other.id)),
  );
});

test('a chord is enqueued by a pool', async () => {
  const { directUrl, query } = await openQueues(payments);
  const pool = new Pool({ connectionString: directUrl });
  onTestFinished(() => pool.end());
  const id = await importAll(pool, [order], { ...order, orderId: 'order-9' });
  expect(await query('select id from millrace.chord')).toEqual([{ id }]);
  expect(await query('select payload from millrace.message')).toEqual([{ payload: order }]);
});
