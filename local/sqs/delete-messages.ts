// DeleteMessage and DeleteMessageBatch.
import * as z from 'zod';
import { bodyIn, type Operation } from '#local/aws/operation.ts';
import { batchOf, doEach, requireBatch } from './batch.ts';
import { nameIn } from './queue-settings.ts';
import { expired, receiptOf } from './receipt-handle.ts';
import type { Sqs } from './sqs.ts';

const single = z.strictObject({ QueueUrl: z.string(), ReceiptHandle: z.string() });
const batch = batchOf({ ReceiptHandle: z.string() });

export const deleteMessage =
  (sqs: Sqs): Operation =>
  (request) => {
    const { QueueUrl, ReceiptHandle } = bodyIn(single, request);
    deleteReceived(sqs, nameIn(QueueUrl), ReceiptHandle);
    return { status: 200, body: {} };
  };

export const deleteMessageBatch =
  (sqs: Sqs): Operation =>
  (request) => {
    const { QueueUrl, Entries } = bodyIn(batch, request);
    const name = nameIn(QueueUrl);
    requireBatch(Entries);
    const body = doEach(Entries, ({ ReceiptHandle }) => {
      deleteReceived(sqs, name, ReceiptHandle);
      return {};
    });
    return { status: 200, body };
  };

/**
 * What is deleted already is a success. So is an earlier receipt at a standard queue, whose message may stay, and does here. A FIFO
 * queue refuses what is no longer in flight. Throws an AwsError.
 */
export function deleteReceived(sqs: Sqs, name: string, handle: string): void {
  const queue = sqs.queue(name);
  const { message, isLatest } = receiptOf(queue, handle);
  if (!message) return;
  if (queue.isFifo && !(isLatest && queue.isInFlight(message))) throw expired();
  if (isLatest) sqs.commit([{ queue: name, deleted: [message.id] }]);
}
