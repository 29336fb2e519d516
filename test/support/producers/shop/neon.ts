import type { NeonQueryFunction } from '@neondatabase/serverless';
import { enqueue } from '#millrace';
import { type Order, orderPlaced } from './order-placed.ts';

type Neon = NeonQueryFunction<false, false>;

/** The message alone, in a transaction of its own. */
export async function announceOrder(sql: Neon, order: Order) {
  await enqueue(sql, orderPlaced, order, { idempotencyKey: order.orderId });
}

/** The order and its message, in one request and one transaction. */
export async function placeOrder(sql: Neon, order: Order) {
  const insert = sql`insert into customer_order (id, email) values (${order.orderId}, ${order.email})`;
  const inOneTransaction = async (...statement: Parameters<Neon>) =>
    (await sql.transaction([insert, sql(...statement)])).at(-1) ?? [];
  await enqueue(inOneTransaction, orderPlaced, order, { idempotencyKey: order.orderId });
}
