// An application with a queue of each kind on SQS, beside one in Postgres.
import * as z from 'zod';
import { defineMessageType, defineQueue, defineRegistry, on } from '#millrace';

const orderPlaced = defineMessageType({
  name: 'order.placed',
  payload: z.object({ orderId: z.string() }),
});

const subscriptions = [on(orderPlaced, () => undefined)];

export const registry = defineRegistry({
  queues: [
    defineQueue({ name: 'orders', subscriptions }),
    defineQueue({ name: 'mails', subscriptions, policy: { engine: 'sqs' } }),
    defineQueue({
      name: 'ledger',
      subscriptions,
      policy: { engine: 'sqs-fifo', maxAttempts: 20, timeoutSeconds: 40 },
    }),
  ],
});
