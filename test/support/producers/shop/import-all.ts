import type { Pool } from 'pg';
import { enqueueChord, message } from '#millrace';
import { type Order, orderPlaced } from './order-placed.ts';

/** Enqueues all orders or none, and the last one once, when all others have ended: well or badly. */
export async function importAll(pool: Pool, orders: readonly Order[], last: Order) {
  const messages = orders.map((order) => message(orderPlaced, order));
  const { id } = await enqueueChord(pool, { messages, followedBy: message(orderPlaced, last) });
  return id;
}
