// ChangeMessageVisibility and its batch.
import * as z from 'zod';
import { AwsError } from '#local/aws/aws-error.ts';
import { bodyIn, type Operation } from '#local/aws/operation.ts';
import { batchOf, doEach, requireBatch } from './batch.ts';
import { nameIn } from './queue-settings.ts';
import { expired, receiptOf } from './receipt-handle.ts';
import type { Sqs } from './sqs.ts';

const change = { ReceiptHandle: z.string(), VisibilityTimeout: z.int() };
const single = z.strictObject({ QueueUrl: z.string(), ...change });
const batch = batchOf(change);

type Asked = Omit<z.infer<typeof single>, 'QueueUrl'>;

export const changeMessageVisibility =
  (sqs: Sqs): Operation =>
  (request) => {
    const { QueueUrl, ...asked } = bodyIn(single, request);
    changeVisibility(sqs, nameIn(QueueUrl), asked);
    return { status: 200, body: {} };
  };

export const changeMessageVisibilityBatch =
  (sqs: Sqs): Operation =>
  (request) => {
    const { QueueUrl, Entries } = bodyIn(batch, request);
    const name = nameIn(QueueUrl);
    requireBatch(Entries);
    const body = doEach(Entries, (asked) => {
      changeVisibility(sqs, name, asked);
      return {};
    });
    return { status: 200, body };
  };

const mostSeconds = 12 * 60 * 60;

/** Counted from now; but a message is in flight for 12 hours at most, counted from when it was received. */
function changeVisibility(sqs: Sqs, name: string, asked: Asked): void {
  const { ReceiptHandle, VisibilityTimeout: seconds } = asked;
  if (seconds < 0 || seconds > mostSeconds)
    throw new AwsError(
      400,
      'InvalidParameterValue',
      `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between 0 and ${mostSeconds}.`,
    );
  const queue = sqs.queue(name);
  const { message, isLatest } = receiptOf(queue, ReceiptHandle);
  if (!message)
    throw new AwsError(
      400,
      'InvalidParameterValue',
      'Value for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.',
    );
  if (queue.isFifo && !isLatest) throw expired();
  if (!queue.isInFlight(message))
    throw new AwsError(400, 'MessageNotInflight', 'The message referred to is not in flight.');
  const { now } = sqs;
  const until = now + seconds * 1000;
  if (until > (message.receivedAt ?? now) + mostSeconds * 1000)
    throw new AwsError(
      400,
      'InvalidParameterValue',
      `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [${mostSeconds} seconds].`,
    );
  if (isLatest) sqs.commit([{ queue: name, hidden: message.id, until }]);
}
