// Captures the payment of each order, and then enqueues that it was captured.

import { defineQueue, on, reject } from '#millrace';
import { orderPlaced } from './order-placed.ts';
import { paymentCaptured } from './payment-captured.ts';

export const payments = defineQueue({
  name: 'payments',
  policy: { maxAttempts: 5, retryBaseSeconds: 1 },
  subscriptions: [
    on(orderPlaced, async ({ payload }, { attempt, database, enqueue }) => {
      const { orderId, email, items } = payload;
      if (email === 'declined@example.com') reject('the card was declined');
      if (email === 'flaky@example.com' && attempt <= 2)
        throw new Error('the payment provider did not answer');
      const amountCents = items.reduce((sum, item) => sum + item.quantity * item.priceCents, 0);
      // Handled again after a crash, the order is charged no second time.
      await database.query(
        `insert into bookstore.payment (order_id, amount_cents, attempt) values ($1, $2, $3)
         on conflict (order_id) do nothing`,
        [orderId, amountCents, attempt],
      );
      enqueue(paymentCaptured, { orderId, amountCents });
    }),
  ],
});
