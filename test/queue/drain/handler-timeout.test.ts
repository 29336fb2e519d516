import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { type Handler, type HandlerContext, on } from '#queue/declare/handler.ts';
import { type AnyMessageType, defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { HandlerTimeout } from '#queue/errors.ts';
import { numbered } from '#test/support/numbered.ts';
import { invocationClock } from '#test/support/queue/invocation-clock.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { untilAborted } from '#test/support/queue/until-aborted.ts';

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

test('a signal that is asked for too late is aborted already', async () => {
  let late: HandlerContext | undefined;
  const { remainingMs, run } = invocationClock();
  const queues = await setup((_, context) => {
    late = context;
    // Its timeout comes first.
    run(2_500);
    return forever;
  });
  await queues.enqueueNumbers(1);
  expect(await queues.drain({ remainingMs })).toMatchObject({ retried: 1 });
  expect(late?.signal.aborted).toBe(true);
  expect(late?.signal.reason).toBeInstanceOf(HandlerTimeout);
});

test('what a handler does after its timeout does not count', async () => {
  const queues = await setup<{ n: number }>(async (_, { enqueue, signal }) => {
    enqueue(numbered, { n: 1 });
    await untilAborted(signal);
    enqueue(numbered, { n: 2 });
  });
  await queues.enqueueNumbers(1);
  expect(await queues.drain()).toMatchObject({ claimed: 1, retried: 1, done: 0 });
  expect(await queues.statuses()).toEqual({ scheduled: 1 });
});

test('leaves those alone that started later', async () => {
  const policy = { timeoutSeconds: 2, concurrency: 2 };
  const isOver = Promise.withResolvers<void>();
  const parts = [
    ({ signal }: HandlerContext) => {
      signal.addEventListener('abort', () => isOver.resolve());
      return untilAborted(signal);
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

test('a schema that never answers is waited for until the invocation ends', async () => {
  const { remainingMs, run } = invocationClock();
  const stuck = defineMessageType({
    name: 'test.stuck',
    payload: z.unknown().refine(() => {
      run(2_500);
      return forever;
    }),
  });
  let handled = 0;
  const queues = await setup(() => {
    handled += 1;
  }, stuck);
  const id = await queues.enqueue(stuck, 1);
  expect(await queues.drain({ remainingMs })).toMatchObject({ claimed: 1, retried: 1 });
  expect(handled).toBe(0);
  expect((await queues.status(id)).deliveries).toMatchObject([{ attempts: [timedOut] }]);
});

test('so is the check of a follow-up that never answers', async () => {
  const { remainingMs, run } = invocationClock();
  const stuck = defineMessageType({
    name: 'test.stuck',
    payload: z.unknown().refine(() => {
      run(2_500);
      return forever;
    }),
  });
  const queues = await setup<{ n: number }>((_, { enqueue }) => void enqueue(stuck, 1));
  const [id = ''] = await queues.enqueueNumbers(1);
  expect(await queues.drain({ remainingMs })).toMatchObject({ claimed: 1, retried: 1 });
  expect((await queues.status(id)).deliveries).toMatchObject([{ attempts: [timedOut] }]);
});
