// Sends each customer a confirmation; here, into a table instead of a mailbox.
import { defineQueue, on } from '#millrace';
import { orderPlaced } from './order-placed.ts';

export const notifications = defineQueue({
  name: 'notifications',
  policy: { concurrency: 5 },
  subscriptions: [
    on(orderPlaced, async ({ payload }, { database }) => {
      await database.query(
        `insert into bookstore.email (order_id, kind, recipient) values ($1, 'confirmation', $2)
         on conflict (order_id, kind) do nothing`,
        [payload.orderId, payload.email],
      );
    }),
  ],
});
