// SendMessage and SendMessageBatch. What is answered as sent is on the disk.
import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from '#local/aws/aws-error.ts';
import { bodyIn, type Operation } from '#local/aws/operation.ts';
import { batchOf, doEach, requireBatch, requireShort } from './batch.ts';
import { requireSound, type SentEntry } from './message-faults.ts';
import { nameIn } from './queue-settings.ts';
import type { Sqs } from './sqs.ts';
import type { SqsQueue } from './sqs-queue.ts';
import type { StoredMessage } from './stored-message.ts';

const message = {
  MessageBody: z.string().min(1),
  DelaySeconds: z.int().optional(),
  MessageGroupId: z.string().optional(),
  MessageDeduplicationId: z.string().optional(),
};
const single = z.strictObject({ QueueUrl: z.string(), ...message });
const batch = batchOf(message);

type Entry = Omit<z.infer<typeof single>, 'QueueUrl'>;

export const sendMessage =
  (sqs: Sqs): Operation =>
  async (request) => {
    const { QueueUrl, ...entry } = bodyIn(single, request);
    const queue = sqs.queue(nameIn(QueueUrl));
    const body = send(sqs, queue, entry);
    await sqs.durable();
    return { status: 200, body };
  };

export const sendMessageBatch =
  (sqs: Sqs): Operation =>
  async (request) => {
    const { QueueUrl, Entries } = bodyIn(batch, request);
    const queue = sqs.queue(nameIn(QueueUrl));
    requireBatch(Entries);
    requireShort(Entries.map(({ MessageBody }) => MessageBody));
    const body = doEach(Entries, (entry) => send(sqs, queue, entry));
    await sqs.durable();
    return { status: 200, body };
  };

function send(sqs: Sqs, queue: SqsQueue, asked: Entry) {
  const entry = {
    body: asked.MessageBody,
    groupId: asked.MessageGroupId,
    deduplicationId: asked.MessageDeduplicationId,
    delaySeconds: asked.DelaySeconds,
  };
  requireSound(entry, queue.isFifo);
  const refusal = sqs.troubles.refusal?.(entry.body);
  if (refusal)
    throw new AwsError(refusal.senderFault ? 400 : 500, refusal.code, 'as the test has it');
  const { id, sequenceNumber } = take(sqs, queue, entry);
  return {
    MessageId: id,
    MD5OfMessageBody: md5(entry.body),
    ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
  };
}

const deduplicationMs = 5 * 60_000;

/** The message itself, or the one that is the same by its deduplication id. */
function take(
  sqs: Sqs,
  queue: SqsQueue,
  entry: SentEntry,
): { readonly id: string; readonly sequenceNumber?: string } {
  const { deduplicationId } = entry;
  const before = deduplicationId !== undefined && queue.deduplicated(deduplicationId);
  if (before) return before;
  const { now } = sqs;
  const { name } = queue.settings;
  const sent = stored(entry, now, queue.isFifo ? queue.nextSequence(now) : undefined);
  const { id, sequenceNumber } = sent;
  if (deduplicationId === undefined || sequenceNumber === undefined)
    sqs.commit([{ queue: name, sent }]);
  else {
    const deduplicated = { id, sequenceNumber, until: now + deduplicationMs };
    sqs.commit([
      { queue: name, sent },
      { queue: name, deduplicationId, deduplicated },
    ]);
  }
  return sent;
}

function stored(entry: SentEntry, now: number, sequenceNumber: string | undefined): StoredMessage {
  const { body, groupId, deduplicationId, delaySeconds = 0 } = entry;
  return {
    id: randomUUID(),
    body,
    sentAt: now,
    ...(groupId !== undefined && { groupId }),
    ...(deduplicationId !== undefined && { deduplicationId }),
    ...(sequenceNumber !== undefined && { sequenceNumber }),
    visibleAt: now + delaySeconds * 1000,
    receiveCount: 0,
  };
}

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
