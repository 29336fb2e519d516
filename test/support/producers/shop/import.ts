import type { Pool } from 'pg';
import { enqueueMany, message } from '#millrace';
import { type Order, orderPlaced } from './order-placed.ts';

/** Enqueues all orders or none, once, although an answer may be lost on the way. */
export async function importOrders(pool: Pool, orders: readonly Order[]) {
  const messages = orders.map((order) => message(orderPlaced, order, { priority: 9 }));
  return enqueueMany(pool, messages).catch((error) => {
    if (!isConnectionLost(error)) throw error;
    return enqueueMany(pool, messages);
  });
}

/** By Postgres's classes 08 and 57, or Node's name for it. */
const isConnectionLost = ({ code, message: text }: { code?: string; message: string }) =>
  /^(08|57|ECONN|EPIPE)/.test(code ?? '') || text.startsWith('Connection terminated');
