// A queue with its handler: each order gets one receipt.
import { defineQueue, onInTransaction, reject } from 'millrace';
import { orderPlaced } from './order-placed.ts';

export const receipts = defineQueue({
  name: 'receipts',
  subscriptions: [
    // The transaction is the one that settles the message: the row is there exactly when the message is done, once. What goes
    // out of this database, such as an email, is for a handler by on(), which may run again after a crash.
    onInTransaction(orderPlaced, async ({ payload: { orderId, items } }, { transaction }) => {
      const cents = items.map(({ quantity, priceCents }) => quantity * priceCents);
      const totalCents = cents.reduce((sum, each) => sum + each);
      // Trying again would not help: the message becomes a dead letter, and waits for a person.
      if (totalCents === 0) reject('an order that costs nothing has no receipt');
      // The same order in a second message is no second receipt.
      await transaction.query(
        `insert into shop.receipt (order_id, total_cents) values ($1, $2)
         on conflict (order_id) do nothing`,
        [orderId, totalCents],
      );
    }),
  ],
});
