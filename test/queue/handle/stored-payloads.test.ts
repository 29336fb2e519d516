// Payloads that no door lets in any more, stored before there were limits or by a person with psql: whatever they are, they
// end their own delivery at most.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { openSession } from '#queue/database.ts';
import { onBatch } from '#queue/declare/batch-handler.ts';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue, type Queue } from '#queue/declare/queue.ts';
import type { Subscription } from '#queue/declare/subscription.ts';
import { onInTransaction } from '#queue/declare/transactional-handler.ts';
import { numbered } from '#test/support/numbered.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';

const deep = defineMessageType({
  name: 'test.deep',
  payload: z.object({ secret: z.unknown() }),
  redact: ['secret', '*'],
});
interface Nested {
  readonly inner?: Nested | undefined;
}
const strict: z.ZodType<Nested> = z.object({ inner: z.lazy(() => strict).optional() });
const recursive = defineMessageType({ name: 'test.recursive', payload: strict, redact: ['inner'] });
/** Its upcaster gives what nobody can look through. */
const hostile = defineMessageType({
  name: 'test.hostile',
  payload: z.object({ secret: z.string() }),
  version: 2,
  upcasters: {
    1: () => ({
      get secret(): string {
        throw new Error('looked at');
      },
    }),
  },
  redact: ['secret'],
});

const batch = 10;
const fail = () => {
  throw new Error('failed');
};
const kinds: [string, Subscription[]][] = [
  ['a single handler', [on(deep, fail), on(recursive, fail), on(hostile, fail)]],
  [
    'a batch handler',
    [onBatch(deep, batch, fail), onBatch(recursive, batch, fail), onBatch(hostile, batch, fail)],
  ],
  [
    'a transactional handler',
    [onInTransaction(deep, fail), onInTransaction(recursive, fail), onInTransaction(hostile, fail)],
  ],
];

let rejected: PromiseWithResolvers<unknown>;
let rejections: unknown[];
const note = (reason: unknown) => {
  rejections.push(reason);
  rejected.resolve(reason);
};
beforeEach(() => {
  rejected = Promise.withResolvers();
  rejections = [];
  process.on('unhandledRejection', note);
});
afterEach(() => {
  process.off('unhandledRejection', note);
  expect(rejections).toEqual([]);
});

/** What the drain has counted, or the rejection that nobody awaits, which would end the process. */
const drainOrEnd = (queues: OpenQueues) =>
  Promise.race([queues.drain({ openSession: () => openSession(queues.url) }), rejected.promise]);

const queueOf = (subscriptions: Subscription[]): Queue =>
  defineQueue({
    name: 'strange',
    policy: { maxAttempts: 1, concurrency: 2 },
    subscriptions: [on(numbered, () => {}), ...subscriptions],
  });

describe('a stored payload', () => {
  test.each(kinds)('of 3,000 levels ends as a dead letter, with %s', async (_, subscriptions) => {
    const queues = await openQueues(queueOf(subscriptions));
    await queues.enqueue(deep, { secret: 'x' });
    await queues.enqueue(recursive, {});
    await queues.enqueueNumbers(20);
    await queues.query(
      `update millrace.message
       set payload = (repeat('{"' || case type when 'test.deep' then 'secret' else 'inner' end || '":', 3000)
         || '{}' || repeat('}', 3000))::jsonb
       where type in ('test.deep', 'test.recursive')`,
    );
    const counts = await drainOrEnd(queues);
    expect(counts).toMatchObject({ claimed: 22, done: 20, dead: 2 });
    expect(await queues.statuses()).toEqual({ done: 20, dead: 2 });
  });

  test.each(kinds)(
    'that cannot be looked through ends as one, with %s',
    async (_, subscriptions) => {
      const queues = await openQueues(queueOf(subscriptions));
      await queues.enqueue(hostile, { secret: 'not to be seen' }, { version: 1 });
      await queues.enqueueNumbers(20);
      const counts = await drainOrEnd(queues);
      expect(counts).toMatchObject({ claimed: 21, done: 20, dead: 1 });
      const [letter] = await queues.query<{ error: string }>(
        'select error::text from millrace.dead_letter',
      );
      expect(letter?.error).toContain('could not be recorded: Error');
      expect(letter?.error).not.toContain('not to be seen');
    },
  );
});
