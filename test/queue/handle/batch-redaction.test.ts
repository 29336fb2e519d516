// What a batch handler says of one message may repeat what another one redacts: it saw them all at once.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { type BatchHandler, onBatch } from '#queue/declare/batch-handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

const subscriber = defineMessageType({
  name: 'test.subscriber',
  payload: z.object({ email: z.string() }),
  redact: ['email'],
});

type Subscribers = BatchHandler<{ email: string }>;

test.each<[string, Subscribers]>([
  [
    'that throws',
    (items) => {
      throw new Error(items.map(({ message }) => message.payload.email).join());
    },
  ],
  [
    'with a retry for each',
    (items) => items.map(({ message }) => ({ retry: new Error(message.payload.email) })),
  ],
  [
    'with a rejection for each',
    (items) => items.map(({ message }) => ({ reject: `no mailbox: ${message.payload.email}` })),
  ],
  [
    'with one error for all',
    (items) => {
      const error = new Error(items.map(({ message }) => message.payload.email).join());
      return items.map(() => ({ retry: error, afterSeconds: 5 }));
    },
  ],
  [
    'with what is no outcome',
    (items) => items.map(({ message }) => message.payload.email) as never,
  ],
])('a batch %s repeats nothing of any of its messages', async (_, handler) => {
  const subscriptions = [onBatch(subscriber, 10, handler)];
  const policy = { maxAttempts: 1 };
  const queues = await openQueues(defineQueue({ name: 'mailing', policy, subscriptions }));
  await queues.enqueue(subscriber, { email: 'ada@example.com' });
  await queues.enqueue(subscriber, { email: 'charles@example.com' });
  expect(await queues.drain()).toMatchObject({ dead: 2 });
  const errors = await queues.query('select error from millrace.dead_letter');
  const recorded = JSON.stringify([errors, queues.log.lines]);
  expect(recorded).not.toMatch(/ada@|charles@/);
  expect(recorded).toContain('[redacted]');
});
