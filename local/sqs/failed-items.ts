// What a partial batch response says, as Lambda reads it.
import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod';

const form = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish(),
});

/**
 * The ids of the messages that are to come again. No response is a success of all, and one that Lambda does not understand is a failure
 * of all: it would be worse to lose a message than to handle it twice.
 */
export function failedItems(response: unknown, records: readonly SQSRecord[]): ReadonlySet<string> {
  const all = new Set(records.map(({ messageId }) => messageId));
  const { success, data } = form.safeParse(response ?? {});
  if (!success) return all;
  const named = (data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return named.every((id) => all.has(id)) ? new Set(named) : all;
}
