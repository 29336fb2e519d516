import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { type Handler, type HandlerContext, on } from '#queue/declare/handler.ts';
import { type AnyMessageType, defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { HandlerTimeout } from '#queue/errors.ts';
import { numbered } from '#test/support/numbered.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

const forever = new Promise<never>(() => {});

function setup<Payload>(handler: Handler<Payload>, type: AnyMessageType = numbered) {
  const policy = { timeoutSeconds: 0.1, concurrency: 2 };
  return openQueues(defineQueue({ name: 'plain', policy, subscriptions: [on(type, handler)] }));
}

const timedOut = {
  outcome: 'retry',
  error: { name: 'HandlerTimeout', message: 'the handler did not finish within 0.1 s' },
};

test('aborts the signal and fails the attempt', async () => {
  let reason: unknown;
  const queues = await setup(
    (_, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
          reject(new Error('stopped as told'));
        });
      }),
  );
  const [id = ''] = await queues.enqueueNumbers(1);
  expect(await queues.drain()).toMatchObject({ claimed: 1, retried: 1 });
  expect(reason).toBeInstanceOf(HandlerTimeout);
  const { deliveries } = await queues.status(id);
  expect(deliveries).toMatchObject([{ status: 'scheduled', attempts: [timedOut] }]);
});

test('does not wait for handlers that ignore their signal', async () => {
  const queues = await setup(() => forever);
  const [id = ''] = await queues.enqueueNumbers(6);
  expect(await queues.drain()).toMatchObject({ claimed: 6, retried: 6 });
  expect((await queues.status(id)).deliveries).toMatchObject([{ attempts: [timedOut] }]);
});

test('a signal that is asked for too late is aborted already', async () => {
  let late: HandlerContext | undefined;
  const queues = await setup((_, context) => {
    late = context;
    return forever;
  });
  await queues.enqueueNumbers(1);
  await queues.drain();
  expect(late?.signal.aborted).toBe(true);
  expect(late?.signal.reason).toBeInstanceOf(HandlerTimeout);
});

test('what a handler does after its timeout does not count', async () => {
  const gate = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const queues = await setup<{ n: number }>(async (_, { enqueue }) => {
    enqueue(numbered, { n: 1 });
    await gate.promise;
    enqueue(numbered, { n: 2 });
    over.resolve();
  });
  await queues.enqueueNumbers(1);
  expect(await queues.drain()).toMatchObject({ claimed: 1, retried: 1, done: 0 });
  gate.resolve();
  await over.promise;
  expect(await queues.drain()).toMatchObject({ claimed: 0 });
  expect(await queues.statuses()).toEqual({ scheduled: 1 });
});

test('leaves those alone that started later', async () => {
  const policy = { timeoutSeconds: 2, concurrency: 2 };
  const isOver = Promise.withResolvers<void>();
  const parts = [
    ({ signal }: HandlerContext) => {
      signal.addEventListener('abort', () => isOver.resolve());
      return forever;
    },
    // Time is the subject: the third then starts well after the first, and well before that one's timeout.
    () => wait(1_000),
    () => isOver.promise,
  ];
  const handler: Handler<{ n: number }> = ({ payload: { n } }, context) => parts[n]?.(context);
  const subscriptions = [on(numbered, handler)];
  const queues = await openQueues(defineQueue({ name: 'plain', policy, subscriptions }));
  await queues.enqueueNumbers(3);
  expect(await queues.drain()).toMatchObject({ claimed: 3, done: 2, retried: 1 });
});

test('does not wait for a schema that never answers', async () => {
  const stuck = defineMessageType({
    name: 'test.stuck',
    payload: z.unknown().refine(() => forever),
  });
  let handled = 0;
  const queues = await setup(() => {
    handled += 1;
  }, stuck);
  const id = await queues.enqueue(stuck, 1);
  expect(await queues.drain()).toMatchObject({ claimed: 1, retried: 1 });
  expect(handled).toBe(0);
  expect((await queues.status(id)).deliveries).toMatchObject([{ attempts: [timedOut] }]);
});

test('does not wait for the check of a follow-up that never answers', async () => {
  const stuck = defineMessageType({
    name: 'test.stuck',
    payload: z.unknown().refine(() => forever),
  });
  const queues = await setup<{ n: number }>((_, { enqueue }) => void enqueue(stuck, 1));
  const [id = ''] = await queues.enqueueNumbers(1);
  expect(await queues.drain()).toMatchObject({ claimed: 1, retried: 1 });
  expect((await queues.status(id)).deliveries).toMatchObject([{ attempts: [timedOut] }]);
});
