import { type Kysely, sql } from 'kysely';
import { enqueue } from '#millrace';
import { type Order, orderPlaced } from './order-placed.ts';

interface Tables {
  customer_order: { id: string; email: string };
}

export async function placeOrder(db: Kysely<Tables>, order: Order) {
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('customer_order')
      .values({ id: order.orderId, email: order.email })
      .execute();
    await enqueue((...statement) => sql(...statement).execute(trx), orderPlaced, order, {
      idempotencyKey: order.orderId,
    });
  });
}
