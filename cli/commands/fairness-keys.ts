// What `queues NAME` tells of the fairness keys of a queue that is fair.
import type { Printer } from '#cli/print/printer.ts';
import { instantText } from '#cli/print/time.ts';
import type { Operations } from '#client/operations.ts';
import { tableLines } from './pages.ts';

/** The ten keys with most waiting, and the first ten that are paused. */
export async function fairnessKeys(operations: Operations, queue: string) {
  return {
    waitingKeys: await operations.waitingKeys(queue, { limit: 10 }),
    pausedKeys: await operations.pausedKeys(queue, { limit: 10 }),
  };
}

type Keys = Awaited<ReturnType<typeof fairnessKeys>>;

/** The lines of both tables. */
export const keyTables = ({ waitingKeys, pausedKeys }: Keys, print: Printer): readonly string[] => [
  ...tableLines(
    waitingKeys,
    [
      { name: 'fairness key', gives: true, of: ({ fairnessKey }) => fairnessKey ?? '-' },
      { name: 'waiting, about', isNumber: true, of: ({ waiting }) => waiting },
    ],
    print,
  ),
  ...tableLines(
    pausedKeys,
    [
      { name: 'paused key', gives: true, of: ({ fairnessKey }) => fairnessKey },
      { name: 'since', of: ({ pausedAt }) => instantText(pausedAt) },
    ],
    print,
  ),
];
