import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { enqueue } from '#millrace';
import { type Order, orderPlaced } from './order-placed.ts';

const customerOrder = pgTable('customer_order', { id: text().primaryKey(), email: text() });

export async function placeOrder(db: NodePgDatabase, order: Order) {
  await db.transaction(async (tx) => {
    await tx.insert(customerOrder).values({ id: order.orderId, email: order.email });
    await enqueue((...statement) => tx.execute(sql(...statement)), orderPlaced, order, {
      idempotencyKey: order.orderId,
    });
  });
}
