// Calls of SQS that fail while a batch is handled: none of them may end it, and each is told of without what a message says.
import { expect, test } from 'vitest';
import { sqsCarrier } from '#functions/sqs/carrier.ts';
import type { ReceivedRecord } from '#functions/sqs/records.ts';
import {
  type Answer,
  type Asked,
  allDone,
  openAnsweringSqs,
} from '#test/support/functions/answering-sqs.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';
import { received } from '#test/support/queue/wire.ts';

const records: readonly ReceivedRecord[] = Array.from({ length: 3 }, (_, n) => ({
  ...received({ payload: { secret: n } }),
  receiptHandle: `handle ${n}`,
}));
const queueUrl = 'https://sqs.eu-central-1.amazonaws.com/123456789012/millrace-carried';

async function open(answer: (asked: Asked, call: number) => Answer | Promise<Answer>) {
  const { access, calls } = await openAnsweringSqs(answer);
  const log = recordingLog();
  return {
    calls,
    log,
    /** remainingMs: what the invocation has left. */
    carrier: (remainingMs = 800) =>
      sqsCarrier({ access, queueUrl, records, remainingMs: () => remainingMs, log }),
  };
}

const waits = new Map(records.map((record) => [record, 60]));
const failed = (reason: string) => ({
  error: { name: 'AwsCallFailed', message: expect.stringContaining(`failed: ${reason}`) },
});

test.each<[string, (asked: Asked) => Answer | Promise<Answer>, object]>([
  ['cuts the connection', () => undefined, failed('no answer')],
  ['does not answer', () => new Promise(() => {}), failed('no answer')],
  [
    'refuses the call',
    () => ({ __type: 'com.amazonaws.sqs#AccessDeniedException', message: 'quotes a role' }),
    failed('AccessDeniedException'),
  ],
  [
    'is throttled',
    () => ({ __type: 'com.amazonaws.sqs#RequestThrottled' }),
    failed('RequestThrottled'),
  ],
  ['answers what is no answer', () => '<p>a secret of a proxy</p>', failed('status 200')],
  [
    'refuses one of them',
    ({ Entries: [first, ...others] }) => ({
      ...allDone({ Entries: others }),
      Failed: [{ Id: first?.Id, Code: 'ReceiptHandleIsInvalid', SenderFault: true }],
    }),
    { messages: 1 },
  ],
  ['leaves two out', ({ Entries }) => allDone({ Entries: Entries.slice(2) }), { messages: 2 }],
])('SQS %s, and that is told and no more', async (_, answer, attributes) => {
  const { carrier, log } = await open(answer);
  await carrier().acknowledge(records);
  await carrier().hide(waits);
  expect(log.lines).toEqual([
    { level: 'warn', message: 'messages could not be deleted', attributes },
    { level: 'warn', message: 'messages could not be hidden', attributes },
  ]);
  expect(JSON.stringify(log.lines)).not.toMatch(/secret|quotes|handle/);
});

test('SQS loses an answer, and is asked again for the same', async () => {
  const { carrier, log, calls } = await open((asked, call) =>
    call % 2 === 1 ? undefined : allDone(asked),
  );
  await carrier().acknowledge(records);
  await carrier().hide(waits);
  expect(log.lines).toEqual([]);
  expect(calls.map(({ target }) => target)).toEqual([
    ...Array(2).fill('AmazonSQS.DeleteMessageBatch'),
    ...Array(2).fill('AmazonSQS.ChangeMessageVisibilityBatch'),
  ]);
  expect(calls[1]).toEqual(calls[0]);
  expect(calls[3]).toEqual(calls[2]);
});

test('nothing is asked when the invocation has no time for it', async () => {
  const { carrier, log, calls } = await open(allDone);
  await carrier(100).acknowledge(records);
  await carrier(100).hide(waits);
  expect([calls, log.lines]).toEqual([[], []]);
});
