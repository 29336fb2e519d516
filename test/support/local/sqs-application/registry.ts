// An application with queues on SQS, for start-sqs.test.ts: its handlers do what the test tells them by files in a folder.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { defineMessageType, defineQueue, defineRegistry, on, reject } from '#millrace';

const mailWanted = defineMessageType({
  name: 'mail.wanted',
  payload: z.object({ to: z.string() }),
});

const isTold = (name: string) => existsSync(join(process.env['TEST_ORDERS'] ?? '', name));

async function handle(): Promise<void> {
  if (isTold('hang')) {
    // biome-ignore lint/suspicious/noConsole: the test waits for it
    console.log('it hangs');
    await new Promise(() => {});
  }
  if (isTold('reject')) reject('no such mailbox');
}

export const registry = defineRegistry({
  queues: [
    defineQueue({
      name: 'mail',
      policy: { engine: 'sqs' },
      subscriptions: [on(mailWanted, handle)],
    }),
    defineQueue({
      name: 'steps',
      policy: { engine: 'sqs-fifo' },
      subscriptions: [on(mailWanted, handle)],
    }),
    defineQueue({ name: 'log', subscriptions: [on(mailWanted, () => {})] }),
  ],
});
