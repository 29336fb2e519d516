import type { Context, SQSEvent } from 'aws-lambda';
import { expect, onTestFinished, test, vi } from 'vitest';
import { sendMessages } from '#functions/aws/sqs.ts';
import {
  type EventSourceOptions,
  type SqsHandler,
  startEventSource,
} from '#local/sqs/event-source.ts';
import type { QueueSettings } from '#local/sqs/queue-settings.ts';
import type { SqsTroubles } from '#local/sqs/sqs.ts';
import { openSqs } from '#test/support/functions/sqs.ts';
import { waitUntil } from '#test/support/wait-until.ts';

interface Wanted {
  readonly settings?: Partial<QueueSettings>;
  readonly troubles?: SqsTroubles;
  readonly options?: Partial<EventSourceOptions>;
}

/** Ten bodies of what is received are in a batch at most; bodies are b1, b2, … */
async function setup(handler: SqsHandler, { settings, troubles, options }: Wanted = {}) {
  const dead = { name: settings?.name?.endsWith('.fifo') ? 'dead.fifo' : 'dead' };
  const queue = { name: 'mail', visibilitySeconds: 85, deadLetterName: dead.name, ...settings };
  const opened = await openSqs([dead, queue], troubles && { troubles });
  const { sqs, access, queuesUrl, clock } = opened;
  const batches: string[][] = [];
  const source = startEventSource({
    sqs,
    queue: queue.name,
    functionName: 'sqs-consumer',
    handler(event, context) {
      batches.push(event.Records.map(({ body }) => body));
      return handler(event, context);
    },
    ...options,
  });
  onTestFinished(() => source.stop());
  return {
    ...opened,
    source,
    batches,
    counts: () => sqs.queue(queue.name).counts,
    dead: () => Array.from(sqs.queue(dead.name).messages, ({ body }) => body),
    pass(seconds: number) {
      clock.now = new Date(clock.now.getTime() + seconds * 1000);
    },
    async send(bodies: readonly string[], groupId?: string) {
      const fifo = (id: string) => groupId !== undefined && { groupId, deduplicationId: id };
      const entries = bodies.map((body) => ({ id: body, body, ...fifo(body) }));
      await sendMessages(access, { queueUrl: queuesUrl + queue.name, entries, timeoutMs: 5_000 });
    },
  };
}

const bodies = (count: number) => Array.from({ length: count }, (_, n) => `b${n + 1}`);
const empty = { visible: 0, inFlight: 0, delayed: 0 };

test('invokes the function as Lambda does, and deletes what it does not say has failed', async () => {
  const seen: [SQSEvent, Context][] = [];
  const { send, counts, batches } = await setup(async (event, context) => {
    seen.push([event, context]);
  });
  await send(bodies(3));
  await expect.poll(counts).toEqual(empty);
  expect(batches).toEqual([['b1', 'b2', 'b3']]);
  const [[event, context] = []] = seen;
  expect(event?.Records[0]).toEqual({
    messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    receiptHandle: expect.any(String),
    body: 'b1',
    attributes: {
      ApproximateReceiveCount: '1',
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
      SenderId: expect.any(String),
    },
    messageAttributes: {},
    md5OfBody: 'edbab45572c72a5d9440b40bcc0500c0',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:local:000000000000:mail',
    awsRegion: 'local',
  });
  expect(context?.invokedFunctionArn).toMatch(/:function:sqs-consumer$/);
  expect(context?.getRemainingTimeInMillis()).toBeGreaterThan(54_000);
});

test('what has failed comes again when its visibility timeout has ended, and not before', async () => {
  const { send, pass, counts, batches } = await setup(async ({ Records }) => ({
    batchItemFailures: Records.filter(
      ({ body, attributes }) => body === 'b2' && attributes.ApproximateReceiveCount === '1',
    ).map(({ messageId }) => ({ itemIdentifier: messageId })),
  }));
  await send(bodies(3));
  await expect.poll(counts).toEqual({ ...empty, inFlight: 1 });
  pass(84);
  expect(counts()).toEqual({ ...empty, inFlight: 1 });
  pass(1);
  await expect.poll(counts).toEqual(empty);
  expect(batches).toEqual([['b1', 'b2', 'b3'], ['b2']]);
});

test.each<[string, SqsHandler]>([
  ['throws', () => Promise.reject(new Error('broken'))],
  [
    'names a message that it has not got',
    async () => ({ batchItemFailures: [{ itemIdentifier: 'other' }] }),
  ],
  ['names none', async () => ({ batchItemFailures: [{ itemIdentifier: '' }] })],
  ['answers something else', async () => ({ batchItemFailures: 'b1' })],
])('a function that %s has failed with all of its messages', async (_, handler) => {
  const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => complain.mockRestore());
  const { send, pass, counts, batches } = await setup(handler);
  await send(bodies(2));
  await waitUntil(() => batches.length === 1);
  pass(85);
  await waitUntil(() => batches.length === 2);
  expect(batches[1]).toEqual(['b1', 'b2']);
  expect(counts()).toEqual({ ...empty, inFlight: 2 });
});

test('a function that takes too long has failed, and makes room for the next', async () => {
  const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => complain.mockRestore());
  const hanging = Promise.withResolvers<undefined>();
  const { send, pass, batches } = await setup(() => hanging.promise, {
    options: { timeoutSeconds: 0.1, maximumConcurrency: 1 },
  });
  await send(['b1']);
  await waitUntil(() => complain.mock.calls.length === 1);
  expect(String(complain.mock.calls[0]?.[1])).toBe('Error: Task timed out after 0.10 seconds');
  pass(85);
  await waitUntil(() => batches.length === 2);
  hanging.resolve(undefined);
});

test('as many invocations at once as it may, of ten messages each', async () => {
  const gate = Promise.withResolvers<undefined>();
  let running = 0;
  let most = 0;
  const { send, batches, counts } = await setup(
    async () => {
      most = Math.max(most, ++running);
      await gate.promise;
      running -= 1;
    },
    { options: { maximumConcurrency: 3 } },
  );
  await send(bodies(10));
  for (let n = 0; n < 4; n += 1) await send(bodies(10));
  await waitUntil(() => running === 3);
  expect(counts()).toEqual({ ...empty, visible: 20, inFlight: 30 });
  gate.resolve(undefined);
  await expect.poll(counts).toEqual(empty);
  expect(most).toBe(3);
  expect(batches.map(({ length }) => length)).toEqual([10, 10, 10, 10, 10]);
});

test('what has been received too often goes to the dead-letter queue', async () => {
  const { send, pass, counts, dead, batches } = await setup(
    async ({ Records }) => ({
      batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })),
    }),
    { settings: { maxReceiveCount: 2 } },
  );
  await send(['b1']);
  await waitUntil(() => batches.length === 1);
  pass(85);
  await waitUntil(() => batches.length === 2);
  expect(dead()).toEqual([]);
  pass(85);
  await expect.poll(dead).toEqual(['b1']);
  expect(counts()).toEqual(empty);
  expect(batches).toHaveLength(2);
});

test('a standard queue may give a message out twice at the same time', async () => {
  let duplicates = 1;
  const counted: string[] = [];
  const { send, counts } = await setup(
    async ({ Records }) => {
      for (const { attributes } of Records) counted.push(attributes.ApproximateReceiveCount);
    },
    { troubles: { isDuplicated: () => duplicates-- > 0 } },
  );
  await send(['b1']);
  await expect.poll(() => counted).toEqual(['1', '1']);
  await expect.poll(counts).toEqual(empty);
});

test('a group of a FIFO queue waits for its own, and others do not', async () => {
  const gate = Promise.withResolvers<undefined>();
  const { send, pass, counts, batches } = await setup(
    async ({ Records: [first] }) => {
      if (first?.body === 'a1' && first.attributes.ApproximateReceiveCount === '1') {
        await gate.promise;
        return { batchItemFailures: [{ itemIdentifier: first.messageId }] };
      }
      return undefined;
    },
    { settings: { name: 'steps.fifo' } },
  );
  await send(['a1'], 'a');
  await waitUntil(() => batches.length === 1);
  await send(['a2', 'a3'], 'a');
  await send(['b1'], 'b');
  await waitUntil(() => batches.length === 2);
  gate.resolve(undefined);
  await expect.poll(counts).toEqual({ ...empty, inFlight: 1, visible: 2 });
  pass(85);
  await expect.poll(counts).toEqual(empty);
  expect(batches).toEqual([['a1'], ['b1'], ['a1', 'a2', 'a3']]);
});

test('stops when the invocations that run have ended, and what they have handled is gone', async () => {
  const { source, send, counts, batches } = await setup(async (_event, context) => {
    await waitUntil(() => context.getRemainingTimeInMillis() <= 3_000);
  });
  await send(['b1']);
  await waitUntil(() => batches.length === 1);
  await source.stop();
  expect(counts()).toEqual(empty);
  await send(['b2']);
  expect(counts()).toEqual({ ...empty, visible: 1 });
});
