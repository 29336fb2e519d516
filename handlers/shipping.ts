// Ships an order once it is paid.
import { defineQueue, on } from '#millrace';
import { paymentCaptured } from './payment-captured.ts';

export const shipping = defineQueue({
  name: 'shipping',
  subscriptions: [
    on(paymentCaptured, async ({ payload }, { database }) => {
      await database.query(
        'insert into bookstore.shipment (order_id) values ($1) on conflict (order_id) do nothing',
        [payload.orderId],
      );
    }),
  ],
});
