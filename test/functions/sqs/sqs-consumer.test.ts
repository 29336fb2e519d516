// The SQS consumer and the function for what SQS gives up, as they are deployed, polled by the stand-in of Lambda's event source.
import type { SQSEvent } from 'aws-lambda';
import { expect, test, vi } from 'vitest';
import * as z from 'zod';
import { CONSUMER_ARN, DEPLOYMENT_NAME, EAGER, METRICS } from '#functions/environment.ts';
import { createSqsConsumerHandler } from '#functions/sqs-consumer.ts';
import type { SignedRequest } from '#local/aws/operation.ts';
import { receive } from '#local/sqs/receive-messages.ts';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { retryAfter } from '#queue/declare/ways-out.ts';
import { consumerArn } from '#test/support/functions/aws.ts';
import { openCarriedBySqs } from '#test/support/functions/carried-by-sqs.ts';
import { readMetrics } from '#test/support/functions/embedded-metrics.ts';
import { lambdaContext } from '#test/support/functions/gateway-event.ts';
import { printedLines } from '#test/support/functions/printed-lines.ts';
import { sqsQueue } from '#test/support/queue/receiving.ts';
import { wireMessage } from '#test/support/queue/wire.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const other = defineMessageType({ name: 'test.other', payload: z.unknown() });
const second = defineQueue({ name: 'second', subscriptions: [on(other, () => {})] });
const messages = (count: number, groupKey: string | null = null) =>
  Array.from({ length: count }, (_, n) => wireMessage({ payload: { n }, groupKey }));

/** How many calls have hidden something for so many seconds. */
const hides = (calls: readonly SignedRequest[], seconds: number) =>
  calls.filter(({ body }) => body.includes(`"VisibilityTimeout":${seconds}`)).length;

test('what SQS carries is handled, settled and deleted, with its follow-ups stored', async () => {
  const queue = sqsQueue(({ payload: { n } }, { enqueue }) => void enqueue(other, n));
  const { send, poll, left, statuses, query } = await openCarriedBySqs(queue, { others: [second] });
  await send(messages(10));
  poll();
  await waitUntil(() => left().queue === 0);
  expect(await statuses()).toEqual({ done: 10, pending: 10 });
  const [counted] = await query(
    `select sum(done)::integer as done from millrace.queue_history where slot_seconds = 60`,
  );
  expect(counted?.['done'], 'the history counts them').toBeGreaterThan(0);
});

test('a retry comes back when it is due, and not before', async () => {
  const attempts: number[] = [];
  const queue = sqsQueue((_, { attempt }) => {
    attempts.push(attempt);
    if (attempt < 3) retryAfter(600, 'not yet');
  });
  const { send, poll, left, pass, calls } = await openCarriedBySqs(queue);
  await send(messages(1));
  poll();
  for (const tried of [1, 2]) {
    await waitUntil(() => hides(calls, 600) === tried);
    await pass(590);
    expect(left()).toEqual({ queue: 1, dead: 0 });
    expect(attempts).toHaveLength(tried);
    await pass(11);
  }
  await waitUntil(() => left().queue === 0);
  expect(attempts).toEqual([1, 2, 3]);
});

test('a retry that could not be hidden comes back early, and waits until it is due', async () => {
  const attempts: number[] = [];
  const queue = sqsQueue((_, { attempt }) => {
    attempts.push(attempt);
    if (attempt === 1) retryAfter(600, 'not yet');
  });
  const { send, poll, left, pass, calls, troubles } = await openCarriedBySqs(queue);
  await send(messages(1));
  troubles.push({ status: 403, type: 'AccessDeniedException' });
  poll();
  await waitUntil(() => hides(calls, 600) === 1);
  await pass(90);
  await waitUntil(() => hides(calls, 510) === 1);
  expect(attempts).toEqual([1]);
  await pass(511);
  await waitUntil(() => left().queue === 0);
  expect(attempts).toEqual([1, 2]);
});

test('groups of a FIFO queue are handled in order, whatever fails', async () => {
  const handled: number[] = [];
  const queue = sqsQueue(
    ({ payload: { n } }, { attempt }) => {
      if (n % 4 === 1 && attempt === 1) retryAfter(60, 'not yet');
      handled.push(n);
    },
    { engine: 'sqs-fifo' },
  );
  const { send, poll, left, pass, calls } = await openCarriedBySqs(queue);
  await send(messages(10, 'a group with a space'));
  poll();
  for (const failed of [1, 2, 3]) {
    await waitUntil(() => hides(calls, 60) === failed);
    expect(handled).toHaveLength(failed * 4 - 3);
    // The invocation that has hidden one gives back all behind it before it ends.
    await pass(61);
  }
  await waitUntil(() => left().queue === 0);
  expect(handled).toEqual(Array.from({ length: 10 }, (_, n) => n));
});

test('suspects are handled when everything else is deleted', async () => {
  /** What was handled, each with how many calls to delete there had been. */
  const handled: [n: number, deletions: number][] = [];
  const queue = sqsQueue(({ payload: { n } }) => void handled.push([n, deletions().length]));
  const { send, poll, left, pass, sqs, calls } = await openCarriedBySqs(queue);
  const deletions = () => calls.filter(({ body }) => body.includes('ReceiptHandle'));
  await send(messages(2));
  // As if a process had ended with them.
  const lost = new Set<string>();
  for (const { message } of receive(sqs, 'millrace-test-carried', { most: 10 }))
    lost.add(message.id);
  expect(lost.size).toBe(2);
  await pass(90);
  await send([wireMessage({ payload: { n: 7 } })]);
  poll();
  await waitUntil(() => left().queue === 0);
  expect(handled).toEqual([
    [7, 0],
    [0, 1],
    [1, 1],
  ]);
  expect(deletions(), 'the suspects as well, by a call of its own').toHaveLength(2);
});

test('what SQS gives up is a dead letter, but for what nobody can read', async () => {
  const queue = sqsQueue(() => {});
  const { send, poll, left, pass, sqs, statuses, query } = await openCarriedBySqs(queue, {
    maxReceiveCount: 1,
  });
  await send([...messages(2), 'not one of ours']);
  receive(sqs, 'millrace-test-carried', { most: 10 });
  await pass(90);
  poll();
  await waitUntil(async () => (await query('select from millrace.dead_letter')).length === 2);
  await waitUntil(() => left().queue === 0 && left().dead === 1);
  expect(await statuses()).toEqual({ dead: 2 });
  const letters = await query(`select error ->> 'name' as error from millrace.dead_letter`);
  expect(letters).toEqual([{ error: 'GivenUp' }, { error: 'GivenUp' }]);
});

test('a body that nobody can read stays, and keeps nobody from being handled', async () => {
  const handled: number[] = [];
  const queue = sqsQueue(({ payload: { n } }) => void handled.push(n));
  const { registry } = await openCarriedBySqs(queue);
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'ERROR');
  const handler = createSqsConsumerHandler(registry);
  const event = eventOf(['{"not": "ours"}', JSON.stringify(wireMessage())]);
  let answer: unknown;
  const lines = await printedLines(async () => {
    answer = await handler(event, lambdaContext(20_000));
  });
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'sqs-0' }] });
  expect(handled).toEqual([1]);
  const [line] = lines.map((text) => JSON.parse(text));
  expect(line).toMatchObject({ level: 'ERROR', message: 'message cannot be read' });
  expect(JSON.stringify(lines)).not.toContain('ours');
});

test('an event of a queue that this code does not have on SQS fails as a whole', async () => {
  const { registry } = await openCarriedBySqs(
    sqsQueue(() => {}),
    { others: [second] },
  );
  const handler = createSqsConsumerHandler(registry);
  const call = (name: string) =>
    handler(eventOf([JSON.stringify(wireMessage())], name), lambdaContext(20_000));
  await expect(call('second')).rejects.toThrow('"second" is the SQS queue of no queue');
  await expect(call('third')).rejects.toThrow('"third" is the SQS queue of no queue');
});

test('figures are written, and the consumer is woken for what was stored', async () => {
  const queue = sqsQueue(({ payload: { n } }, { enqueue }) => void (n === 1 && enqueue(other, n)));
  const { registry, calls } = await openCarriedBySqs(queue, {
    others: [second],
    environment: {
      ...{ [METRICS]: 'drain', [DEPLOYMENT_NAME]: 'Shop', AWS_LAMBDA_LOG_LEVEL: 'INFO' },
      ...{ [EAGER]: 'on', [CONSUMER_ARN]: consumerArn },
    },
  });
  const handler = createSqsConsumerHandler(registry);
  const run = (n: number) =>
    printedLines(() =>
      handler(eventOf([JSON.stringify(wireMessage({ payload: { n } }))]), lambdaContext(20_000)),
    );
  const lines = await run(0);
  expect(lines.flatMap((line) => readMetrics(line) ?? [])).toMatchObject([
    { dimensions: { Deployment: 'Shop' }, values: { Claimed: 1, Done: 1 } },
  ]);
  expect(calls).toEqual([]);
  await run(1);
  expect(calls.map(({ service }) => service)).toEqual(['lambda']);
});

const eventOf = (bodies: readonly string[], queue = 'carried'): SQSEvent => ({
  Records: bodies.map((body, n) => ({
    messageId: `sqs-${n}`,
    receiptHandle: `handle ${n}`,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(Date.now()),
      SenderId: '',
      ApproximateFirstReceiveTimestamp: String(Date.now()),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:local:000000000000:millrace-test-${queue}`,
    awsRegion: 'local',
  })),
});
