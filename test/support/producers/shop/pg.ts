import type { Pool } from 'pg';
import { enqueue } from '#millrace';
import { type Order, orderPlaced } from './order-placed.ts';

/** Stores the order and its message, or neither. */
export async function placeOrder(pool: Pool, order: Order) {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('insert into customer_order (id, email) values ($1, $2)', [
      order.orderId,
      order.email,
    ]);
    await enqueue(client, orderPlaced, order, { idempotencyKey: order.orderId });
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
