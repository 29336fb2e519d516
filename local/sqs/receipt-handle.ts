// What a receiver has of a message. It names the receipt, not the message: whoever receives it later has another one.
import { AwsError } from '#local/aws/aws-error.ts';
import type { SqsQueue } from './sqs-queue.ts';
import type { StoredMessage } from './stored-message.ts';

/** count: how many times the message had been received, with this one. */
export const receiptHandle = (queue: string, id: string, count: number): string =>
  Buffer.from(JSON.stringify([queue, id, count])).toString('base64url');

export interface Receipt {
  /** Undefined when it has been deleted. */
  readonly message: StoredMessage | undefined;
  /** Whether nobody has received the message since. */
  readonly isLatest: boolean;
}

/** Throws AWS's ReceiptHandleIsInvalid. */
export function receiptOf(queue: SqsQueue, handle: string): Receipt {
  const [name, id, count] = parsed(handle);
  if (name !== queue.settings.name || id === undefined)
    throw new AwsError(
      400,
      'ReceiptHandleIsInvalid',
      'The input receipt handle is not a valid receipt handle.',
    );
  const message = queue.message(id);
  // A duplicate that the queue does not remember to have given out may have a greater count.
  return { message, isLatest: message !== undefined && Number(count) >= message.receiveCount };
}

function parsed(handle: string): readonly (string | undefined)[] {
  try {
    return JSON.parse(Buffer.from(handle, 'base64url').toString());
  } catch {
    return [];
  }
}

export const expired = () =>
  new AwsError(
    400,
    'InvalidParameterValue',
    'Value for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.',
  );
