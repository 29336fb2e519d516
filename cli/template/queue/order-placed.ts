// A message type: its name, and the form that every payload of that name must fit.
import { defineMessageType } from 'millrace';
import * as z from 'zod';

/** A customer has placed an order. */
export const orderPlaced = defineMessageType({
  name: 'order.placed',
  redact: ['email'],
  payload: z
    .object({
      orderId: z.string().min(1),
      email: z.email(),
      items: z
        .array(
          z.object({
            sku: z.string().min(1),
            quantity: z.int().positive(),
            priceCents: z.int().nonnegative(),
          }),
        )
        .min(1),
    })
    .meta({
      examples: [
        {
          orderId: 'order-1001',
          email: 'reader@example.com',
          items: [{ sku: 'the-dispossessed', quantity: 2, priceCents: 1299 }],
        },
      ],
    }),
});
