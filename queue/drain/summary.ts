// What a drain did, in numbers. They are counted and recorded by queue, and summed up for the drain's one log line.
import type { DrainCounts } from '#queue/routines/record-drain.ts';

/** What a drain did in all queues together. */
export interface DrainSummary extends DrainCounts {
  /** How long the drain took, in whole milliseconds. */
  durationMs: number;
  /** How many helpers were started; left out when none were. */
  handedOver?: number;
}

export const noCounts = (): DrainCounts => ({
  claimed: 0,
  done: 0,
  retried: 0,
  snoozed: 0,
  dead: 0,
  released: 0,
  stale: 0,
});

const figures = Object.keys(noCounts()) as (keyof DrainCounts)[];

export function minus(counts: DrainCounts, others: DrainCounts): DrainCounts {
  const difference = { ...counts };
  for (const figure of figures) difference[figure] -= others[figure];
  return difference;
}

export function sum(queues: Iterable<DrainCounts>): DrainCounts {
  const total = noCounts();
  for (const counts of queues) for (const figure of figures) total[figure] += counts[figure];
  return total;
}
