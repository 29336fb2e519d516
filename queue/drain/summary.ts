// What a drain did, in numbers: counted by queue, recorded so, and summed up for the drain's one log line.
import type { DrainCounts } from '#queue/routines/record-drain.ts';
import type { Result } from '#queue/routines/result.ts';
import type { Settled } from '#queue/routines/settle.ts';

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

export function sum(queues: Iterable<{ readonly counts: DrainCounts }>): DrainCounts {
  const total = noCounts();
  for (const { counts } of queues)
    for (const figure of Object.keys(total) as (keyof DrainCounts)[])
      total[figure] += counts[figure];
  return total;
}

const counted = {
  done: 'done',
  retry: 'retried',
  dead: 'dead',
  snooze: 'snoozed',
  release: 'released',
} as const satisfies Record<Result['outcome'], keyof DrainCounts>;

/** Adds what the database said of each result: one may be stale, and a retry may have been the last. */
export function addSettled(counts: DrainCounts, { results, settled }: Settled): void {
  const { stale, dead } = settled;
  for (const { id, outcome } of results) {
    if (stale.includes(id)) counts.stale += 1;
    else if (dead.includes(id)) counts.dead += 1;
    else counts[counted[outcome]] += 1;
  }
}
