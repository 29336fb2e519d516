// What `queues NAME` tells of the fairness keys of a queue that is fair.
import type { Printer } from '#cli/print/printer.ts';
import { instantText } from '#cli/print/time.ts';
import type { Operations } from '#client/operations.ts';

/** The ten keys with most waiting, and the first ten that are paused. */
export async function fairnessKeys(operations: Operations, queue: string) {
  return {
    waitingKeys: await operations.waitingKeys(queue, { limit: 10 }),
    pausedKeys: await operations.pausedKeys(queue, { limit: 10 }),
  };
}

type Keys = Awaited<ReturnType<typeof fairnessKeys>>;

/** The lines of both tables, each behind an empty one; none of a table without rows. */
export function keyTables({ waitingKeys, pausedKeys }: Keys, print: Printer): string[] {
  const waiting = print.table(waitingKeys.items, [
    { name: 'fairness key', gives: true, of: ({ fairnessKey }) => fairnessKey ?? '-' },
    { name: 'waiting, about', isNumber: true, of: ({ waiting }) => waiting },
  ]);
  const paused = print.table(pausedKeys.items, [
    { name: 'paused key', gives: true, of: ({ fairnessKey }) => fairnessKey },
    { name: 'since', of: ({ pausedAt }) => instantText(pausedAt) },
  ]);
  return [
    ...(waitingKeys.items.length > 0 ? ['', waiting] : []),
    ...(pausedKeys.items.length > 0 ? ['', paused] : []),
  ];
}
