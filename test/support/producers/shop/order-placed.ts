import * as z from 'zod';
import { defineMessageType, type PayloadInput } from '#millrace';

export const orderPlaced = defineMessageType({
  name: 'order.placed',
  payload: z.object({ orderId: z.string(), email: z.email() }),
});
export type Order = PayloadInput<typeof orderPlaced>;
