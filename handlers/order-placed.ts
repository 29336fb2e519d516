import * as z from 'zod';
import { defineMessageType } from '#millrace';

/** A customer has placed an order. Browsers may enqueue it. */
export const orderPlaced = defineMessageType({
  name: 'order.placed',
  public: true,
  redact: ['email'],
  payload: z.object({
    orderId: z.string().min(1).max(100),
    email: z.email(),
    items: z
      .array(
        z.object({
          sku: z.string().min(1).max(100),
          quantity: z.int().min(1),
          priceCents: z.int().min(0),
        }),
      )
      .min(1),
  }),
});
