import type { Sql } from 'postgres';
import { enqueue } from '#millrace';
import { type Order, orderPlaced } from './order-placed.ts';

export async function placeOrder(sql: Sql, order: Order) {
  await sql.begin(async (tx) => {
    await tx`insert into customer_order (id, email) values (${order.orderId}, ${order.email})`;
    await enqueue(tx, orderPlaced, order, { idempotencyKey: order.orderId });
  });
}
