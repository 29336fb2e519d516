// ReceiveMessage, for callers over HTTP and for event sources. What has been received too often goes to the dead-letter queue here.
import { setTimeout as pause } from 'node:timers/promises';
import type { SQSRecordAttributes } from 'aws-lambda';
import * as z from 'zod';
import { AwsError } from '#local/aws/aws-error.ts';
import { bodyIn, type Operation } from '#local/aws/operation.ts';
import { nameIn, queueArn } from './queue-settings.ts';
import { receiptHandle } from './receipt-handle.ts';
import { md5 } from './send-messages.ts';
import type { Sqs } from './sqs.ts';
import type { SqsQueue } from './sqs-queue.ts';
import type { Change, StoredMessage } from './stored-message.ts';

export interface ReceivedMessage {
  readonly message: Readonly<StoredMessage>;
  readonly receiptHandle: string;
}

const mostInFlight = 120_000;
const defaultVisibilitySeconds = 30;

/** At most so many of what may be received now, which nobody else receives for visibilitySeconds; by default the queue's own. */
export function receive(
  sqs: Sqs,
  name: string,
  {
    most,
    visibilitySeconds,
  }: { readonly most: number; readonly visibilitySeconds?: number | undefined },
): ReceivedMessage[] {
  const queue = sqs.queue(name);
  const { now } = sqs;
  const room = mostInFlight - queue.counts.inFlight;
  if (room <= 0 && !queue.isFifo)
    throw new AwsError(400, 'OverLimit', `Too many messages in flight: ${mostInFlight} at most`);
  const chosen = buryAndChoose(sqs, queue, Math.min(most, room));
  const isDuplicated = (message: StoredMessage) =>
    !queue.isFifo && sqs.troubles.isDuplicated?.(message) === true;
  const received = chosen.filter((message) => !isDuplicated(message)).map(({ id }) => id);
  const seconds = visibilitySeconds ?? queue.settings.visibilitySeconds ?? defaultVisibilitySeconds;
  // As the receiver sees them, whatever becomes of them in the queue.
  const answered = chosen.map((message) => asReceived(queue, message, now));
  if (received.length > 0)
    sqs.commit([{ queue: name, received, at: now, until: now + seconds * 1000 }]);
  return answered;
}

/** Moves what would be received once too often to the dead-letter queue, until that is nothing of what is chosen. */
function buryAndChoose(sqs: Sqs, queue: SqsQueue, most: number): StoredMessage[] {
  const { maxReceiveCount = Number.POSITIVE_INFINITY, deadLetterName } = queue.settings;
  for (;;) {
    const chosen = queue.receivable(most);
    const givenUp = chosen.filter(({ receiveCount }) => receiveCount >= maxReceiveCount);
    if (givenUp.length === 0 || deadLetterName === undefined) return chosen;
    const deadLetters = sqs.queue(deadLetterName);
    sqs.commit(givenUp.flatMap((message) => moved(message, queue, deadLetters, sqs.now)));
  }
}

/** A standard queue's message keeps its age, so that it is not kept for longer; a FIFO queue's begins anew. */
function moved(message: StoredMessage, from: SqsQueue, to: SqsQueue, now: number): Change[] {
  const sourceArn = queueArn(from.settings.name);
  const sent = to.isFifo
    ? { ...message, sourceArn, visibleAt: now, sentAt: now, sequenceNumber: to.nextSequence(now) }
    : { ...message, sourceArn, visibleAt: now };
  return [
    { queue: from.settings.name, deleted: [message.id] },
    { queue: to.settings.name, sent },
  ];
}

function asReceived(queue: SqsQueue, stored: StoredMessage, now: number): ReceivedMessage {
  const receiveCount = stored.receiveCount + 1;
  const firstReceivedAt = stored.firstReceivedAt ?? now;
  return {
    message: { ...stored, receiveCount, firstReceivedAt, receivedAt: now },
    receiptHandle: receiptHandle(queue.settings.name, stored.id, receiveCount),
  };
}

/** The attributes of a received message, by AWS's names. */
export function systemAttributes({ message }: ReceivedMessage): SQSRecordAttributes {
  const { groupId, deduplicationId, sequenceNumber, sourceArn } = message;
  return {
    SenderId: 'AROALOCAL:millrace',
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(groupId !== undefined && { MessageGroupId: groupId }),
    ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
    ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
    ...(sourceArn !== undefined && { DeadLetterQueueSourceArn: sourceArn }),
  };
}

const form = z.strictObject({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z.int().min(1).max(10).default(1),
  VisibilityTimeout: z.int().min(0).max(43_200).optional(),
  WaitTimeSeconds: z.int().min(0).max(20).default(0),
  AttributeNames: z.array(z.string()).default([]),
  MessageSystemAttributeNames: z.array(z.string()).default([]),
});

/** How often a caller that waits looks again: time that passes makes messages visible, and nothing tells of that. */
const lookEveryMs = 50;

export const receiveMessage =
  (sqs: Sqs): Operation =>
  async (request) => {
    const asked = bodyIn(form, request);
    const name = nameIn(asked.QueueUrl);
    const wanted = { most: asked.MaxNumberOfMessages, visibilitySeconds: asked.VisibilityTimeout };
    const end = performance.now() + asked.WaitTimeSeconds * 1000;
    let received = receive(sqs, name, wanted);
    while (received.length === 0 && performance.now() < end) {
      await pause(lookEveryMs);
      received = receive(sqs, name, wanted);
    }
    const names = new Set([...asked.AttributeNames, ...asked.MessageSystemAttributeNames]);
    const body =
      received.length === 0 ? {} : { Messages: received.map((one) => shown(one, names)) };
    return { status: 200, body };
  };

function shown(received: ReceivedMessage, names: ReadonlySet<string>) {
  const { message, receiptHandle } = received;
  const attributes = Object.entries(systemAttributes(received)).filter(
    ([name]) => names.has('All') || names.has(name),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(attributes.length > 0 && { Attributes: Object.fromEntries(attributes) }),
  };
}
