// Message types and queues for the tests of the HTTP API.
import * as z from 'zod';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';

const orderPlaced = defineMessageType({
  name: 'order.placed',
  public: true,
  payload: z.strictObject({
    orderId: z.string().max(50),
    items: z.array(z.object({ sku: z.string(), quantity: z.int().min(1) })).default([]),
  }),
});

/** Takes whatever can be stored. */
const anything = defineMessageType({ name: 'test.anything', payload: z.unknown() });

const oddSchema = z.unknown().refine((value) => {
  if (value === 'throw') throw new Error('secret of the schema');
  return true;
});
const odd = defineMessageType({ name: 'test.odd', payload: oddSchema });

/** In the code, not in the database, as while a deployment is under way. */
const unsynchronised = defineMessageType({ name: 'test.new', payload: z.unknown() });

const queues = [
  defineQueue({ name: 'payments', subscriptions: [on(orderPlaced, () => {})] }),
  defineQueue({ name: 'inventory', subscriptions: [on(orderPlaced, () => {})] }),
];

export const synchronised = defineRegistry({ messageTypes: [anything, odd], queues });
export const testRegistry = defineRegistry({
  messageTypes: [anything, odd, unsynchronised],
  queues,
});
