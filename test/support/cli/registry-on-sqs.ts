// An application of two queues, of which SQS carries one.
import * as z from 'zod';
import { defineMessageType, defineQueue, defineRegistry, on } from '#millrace';

const noted = defineMessageType({ name: 'note.taken', payload: z.object({}) });
const subscriptions = [on(noted, () => {})];

export const registry = defineRegistry({
  queues: [
    defineQueue({ name: 'here', subscriptions }),
    defineQueue({ name: 'away', policy: { engine: 'sqs' }, subscriptions }),
  ],
});
