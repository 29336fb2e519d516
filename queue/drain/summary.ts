// What a drain did, in numbers: counted by queue, recorded so, and summed up for the drain's one log line.
import type { DrainCounts } from '#queue/routines/record-drain.ts';

/** All queues together. */
export interface DrainSummary extends DrainCounts {
  durationMs: number;
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

export function sum(queues: Iterable<DrainCounts>): DrainCounts {
  const total = noCounts();
  for (const counts of queues)
    for (const figure of Object.keys(total) as (keyof DrainCounts)[])
      total[figure] += counts[figure];
  return total;
}
