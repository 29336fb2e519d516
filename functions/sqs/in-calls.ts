// SQS bounds a call by its messages and by their bytes.
import { mostEntries, type OutgoingMessage } from '#functions/aws/sqs.ts';

/** Of all bodies of a call together, which is also the most of a single one. */
export const mostBytes = 1024 * 1024;

/** The messages in their order, in parts of which each fits into one call of sendMessages. */
export function inCalls(messages: readonly OutgoingMessage[]): OutgoingMessage[][] {
  const calls: OutgoingMessage[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = Buffer.byteLength(message.body);
    const last = calls.at(-1);
    if (last && last.length < mostEntries && bytes + size <= mostBytes) {
      last.push(message);
      bytes += size;
    } else {
      calls.push([message]);
      bytes = size;
    }
  }
  return calls;
}
