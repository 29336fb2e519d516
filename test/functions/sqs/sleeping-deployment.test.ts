// A deployment without ticks sleeps until somebody wakes its consumer: for what the SQS consumer stores, it does.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { CONSUMER_ARN, WAKE_UP_GROUP, WAKE_UP_ROLE } from '#functions/environment.ts';
import { marginMs, stepMs } from '#functions/wake/wake-up-time.ts';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { retryAfter, snooze } from '#queue/declare/ways-out.ts';
import { consumerArn, wakeUpGroup } from '#test/support/functions/aws.ts';
import { openCarriedBySqs } from '#test/support/functions/carried-by-sqs.ts';
import { sqsQueue } from '#test/support/queue/receiving.ts';
import { wireMessage } from '#test/support/queue/wire.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const daySeconds = 86_400;
const other = defineMessageType({ name: 'test.other', payload: z.unknown() });
const second = defineQueue({ name: 'second', subscriptions: [on(other, () => {})] });

/** What each message does, by its number. */
const [succeeds, fails, enqueues, waitsForLong] = [0, 1, 2, 3];
const queue = sqsQueue(({ payload: { n } }, { attempt, enqueue }) => {
  if (n === fails && attempt === 1) retryAfter(30, 'not yet');
  if (n === enqueues) enqueue(other, n);
  if (n === waitsForLong) snooze(30 * daySeconds);
});

async function open(group = wakeUpGroup) {
  const carried = await openCarriedBySqs(queue, {
    others: [second],
    environment: {
      [WAKE_UP_GROUP]: group,
      [WAKE_UP_ROLE]: 'arn:aws:iam::000000000000:role/wake-up',
      [CONSUMER_ARN]: consumerArn,
    },
  });
  carried.poll();
  const { send, left, schedules } = carried;
  return {
    ...carried,
    /** Sends one, and waits until it has left SQS. */
    async handle(n: number) {
      await send([wireMessage({ payload: { n } })]);
      await waitUntil(() => left().queue === 0);
    },
    /** In how many seconds a consumer is woken. */
    wokenIn: () => schedules.armed.map(({ at }) => (at.getTime() - Date.now()) / 1000),
  };
}

const schedulerCalls = (calls: readonly { readonly service: string }[]) =>
  calls.filter(({ service }) => service === 'scheduler').length;

test('nobody is woken for what has ended or waits in SQS', async () => {
  const { handle, send, calls, pass, left } = await open();
  await handle(succeeds);
  await send([wireMessage({ payload: { n: fails } })]);
  await waitUntil(() => calls.some(({ body }) => body.includes('"VisibilityTimeout":30')));
  await pass(31);
  await waitUntil(() => left().queue === 0);
  expect(schedulerCalls(calls)).toBe(0);
});

test('a consumer is woken for a follow-up', async () => {
  const { handle, schedules, wokenIn } = await open();
  await handle(enqueues);
  await waitUntil(() => schedules.armed.length === 1);
  expect(schedules.armed).toMatchObject([
    { targetArn: consumerArn, input: '{"wakeUp":"scheduled"}' },
  ]);
  const [seconds = 0] = wokenIn();
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual((marginMs + stepMs) / 1000);
});

test('a consumer is woken for what waits in Postgres, when it is to go back to SQS', async () => {
  const { handle, schedules, wokenIn, statuses } = await open();
  await handle(waitsForLong);
  expect(await statuses()).toEqual({ scheduled: 1 });
  await waitUntil(() => schedules.armed.length === 1);
  const [seconds = 0] = wokenIn();
  expect(Math.abs(seconds - 30 * daySeconds)).toBeLessThan((marginMs + stepMs) / 1000);
});

test('what is stored counts although nobody could be woken for it', async () => {
  const { handle, calls, statuses } = await open('no-such-group');
  await handle(enqueues);
  expect(await statuses()).toEqual({ done: 1, pending: 1 });
  expect(schedulerCalls(calls)).toBe(1);
});
