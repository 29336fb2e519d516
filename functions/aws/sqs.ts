// What is asked of SQS: to take messages, to forget them, and to hide them for longer. Each call is for one queue and at most ten
// messages at once, of which SQS may refuse some and do the others.
import type { AwsAccess } from './access.ts';
import { callByTarget } from './call-by-target.ts';

/** SQS takes no more entries in one call. */
export const mostEntries = 10;

interface QueueCall {
  readonly queueUrl: string;
  /** For one call with its repetitions. */
  readonly timeoutMs: number;
}

export interface OutgoingMessage {
  /** Tells the entries of a call apart: 1 to 80 letters, digits, hyphens and underscores. */
  readonly id: string;
  readonly body: string;
  /** For a FIFO queue what it keeps in order, for a standard queue whom it is for. */
  readonly groupId?: string;
  /** For a FIFO queue, and only there. */
  readonly deduplicationId?: string;
  /** For how long it is hidden first, in whole seconds: 0 to 900. Not for a FIFO queue. */
  readonly delaySeconds?: number;
}

export interface RefusedMessage {
  readonly id: string;
  /** SQS's name of the reason, such as InvalidMessageContents. */
  readonly code: string;
  /** Whether the message itself is the reason, so that sending it again is of no use. */
  readonly senderFault: boolean;
}

export interface SentMessages {
  readonly accepted: readonly string[];
  readonly refused: readonly RefusedMessage[];
}

/**
 * Sends 1 to 10 messages of at most 1 MiB together by one call. A call whose answer was lost is made again, so that messages may
 * come twice, unless a FIFO queue knows them by their deduplicationId. Throws an AwsCallFailed when all are refused together.
 */
export async function sendMessages(
  access: AwsAccess,
  { entries, ...call }: QueueCall & { readonly entries: readonly OutgoingMessage[] },
): Promise<SentMessages> {
  const { Successful = [], Failed = [] } = await callQueue(access, call, {
    operation: 'SendMessageBatch',
    Entries: entries.map(({ id, body, groupId, deduplicationId, delaySeconds }) => ({
      Id: id,
      MessageBody: body,
      ...(groupId !== undefined && { MessageGroupId: groupId }),
      ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
      ...(delaySeconds && { DelaySeconds: delaySeconds }),
    })),
  });
  return {
    accepted: Successful.map(({ Id }) => Id),
    refused: Failed.map(({ Id: id, Code: code, SenderFault: senderFault }) => {
      return { id, code, senderFault };
    }),
  };
}

/** Deletes messages, ten by one call. Answers the handles of those that SQS did not delete. Throws an AwsCallFailed. */
export const deleteMessages = (
  access: AwsAccess,
  { receiptHandles, ...call }: QueueCall & { readonly receiptHandles: readonly string[] },
): Promise<string[]> => {
  const entries = receiptHandles.map((receiptHandle) => ({ receiptHandle }));
  return callInTens(access, call, { operation: 'DeleteMessageBatch', entries });
};

export interface ChangedVisibility {
  readonly receiptHandle: string;
  /** From now on, in whole seconds: 0, which shows the message at once, to 43,200. */
  readonly seconds: number;
}

/** Changes for how long messages are hidden, ten by one call. Answers the handles of those that SQS left as they were. Throws an AwsCallFailed. */
export const changeVisibility = (
  access: AwsAccess,
  { entries, ...call }: QueueCall & { readonly entries: readonly ChangedVisibility[] },
): Promise<string[]> =>
  callInTens(access, call, { operation: 'ChangeMessageVisibilityBatch', entries });

interface HandleEntry {
  readonly receiptHandle: string;
  readonly seconds?: number;
}

/**
 * One call after the other: there are never more than a few. Answers the handles of all entries but those of which SQS says that
 * they are done: what an answer leaves out is as it was.
 */
async function callInTens(
  access: AwsAccess,
  call: QueueCall,
  { operation, entries }: { readonly operation: string; readonly entries: readonly HandleEntry[] },
): Promise<string[]> {
  const refused: string[] = [];
  for (let from = 0; from < entries.length; from += mostEntries) {
    const ten = entries.slice(from, from + mostEntries);
    const Entries = ten.map(({ receiptHandle, seconds }, n) => ({
      Id: String(n),
      ReceiptHandle: receiptHandle,
      ...(seconds !== undefined && { VisibilityTimeout: seconds }),
    }));
    const { Successful = [] } = await callQueue(access, call, { operation, Entries });
    const done = new Set(Successful.map(({ Id }) => Number(Id)));
    for (const [n, { receiptHandle }] of ten.entries())
      if (!done.has(n)) refused.push(receiptHandle);
  }
  return refused;
}

interface BatchAnswer {
  readonly Successful?: readonly { readonly Id: string }[];
  readonly Failed?: readonly {
    readonly Id: string;
    readonly Code: string;
    readonly SenderFault: boolean;
  }[];
}

const callQueue = (
  access: AwsAccess,
  { queueUrl, timeoutMs }: QueueCall,
  { operation, Entries }: { readonly operation: string; readonly Entries: readonly object[] },
): Promise<BatchAnswer> =>
  callByTarget(access, {
    service: 'sqs',
    target: `AmazonSQS.${operation}`,
    input: { QueueUrl: queueUrl, Entries },
    protocol: '1.0',
    timeoutMs,
  });
