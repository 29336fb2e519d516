import * as z from 'zod';
import { defineMessageType } from '#millrace';

/** An order's payment is ours: follows from order.placed. */
export const paymentCaptured = defineMessageType({
  name: 'payment.captured',
  payload: z.object({ orderId: z.string(), amountCents: z.int().min(0) }),
});
