// An application with one queue, which has three classes of priority on SQS.
import * as z from 'zod';
import { defineMessageType, defineQueue, defineRegistry, on } from '#millrace';

const orderPlaced = defineMessageType({
  name: 'order.placed',
  payload: z.object({ orderId: z.string() }),
});

export const registry = defineRegistry({
  queues: [
    defineQueue({
      name: 'mails',
      subscriptions: [on(orderPlaced, () => undefined)],
      policy: { engine: 'sqs', priorities: [2, 5, 8] },
    }),
  ],
});
