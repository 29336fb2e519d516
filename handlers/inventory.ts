// Reserves the stock of each order.
import { defineQueue, on } from '#millrace';
import { orderPlaced } from './order-placed.ts';

export const inventory = defineQueue({
  name: 'inventory',
  subscriptions: [
    on(orderPlaced, async ({ payload }, { database }) => {
      await database.query(
        `insert into bookstore.reservation (order_id, sku, quantity)
         select $1, item.sku, sum(item.quantity)
         from jsonb_to_recordset($2) as item(sku text, quantity integer)
         group by item.sku
         on conflict (order_id, sku) do nothing`,
        [payload.orderId, JSON.stringify(payload.items)],
      );
    }),
  ],
});
