// What all batches have in common: ten entries at most, each with an id of its own, and an answer for each of them.
import * as z from 'zod';
import { AwsError } from '#local/aws/aws-error.ts';
import { mostBytes } from './message-faults.ts';

const most = 10;

interface Entry {
  readonly Id: string;
}

export interface Failed {
  readonly Id: string;
  readonly Code: string;
  readonly Message: string;
  readonly SenderFault: boolean;
}

/** The form of a call with a batch. Too many entries are refused in AWS's words, not in the form's. */
export const batchOf = <Form extends z.ZodRawShape>(entry: Form) =>
  z.strictObject({
    QueueUrl: z.string(),
    Entries: z.array(z.strictObject({ Id: z.string(), ...entry })),
  });

/** Throws an AwsError when the batch is not one. */
export function requireBatch(entries: readonly Entry[]): void {
  if (entries.length === 0)
    throw new AwsError(
      400,
      'EmptyBatchRequest',
      'There should be at least one SendMessageBatchRequestEntry in the request.',
    );
  if (entries.length > most)
    throw new AwsError(
      400,
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${most}. You have sent ${entries.length}.`,
    );
  if (entries.some(({ Id }) => !/^[\w-]{1,80}$/.test(Id)))
    throw new AwsError(
      400,
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    throw new AwsError(
      400,
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries have the same Id.',
    );
}

/** Throws an AwsError when the bodies are too long together. */
export function requireShort(bodies: readonly string[]): void {
  const bytes = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0);
  if (bytes > mostBytes)
    throw new AwsError(
      400,
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${mostBytes} bytes. You have sent ${bytes} bytes.`,
    );
}

/** Does each, and answers for each: the others are not undone when one is refused. */
export function doEach<E extends Entry, Result extends object>(
  entries: readonly E[],
  act: (entry: E) => Result,
): { Successful: (Entry & Result)[]; Failed: Failed[] } {
  const Successful: (Entry & Result)[] = [];
  const Failed: Failed[] = [];
  for (const entry of entries)
    try {
      Successful.push({ Id: entry.Id, ...act(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({
        Id: entry.Id,
        Code: error.type,
        Message: error.message,
        SenderFault: error.status < 500,
      });
    }
  return { Successful, Failed };
}
