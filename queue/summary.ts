// What a drain did, in numbers: returned by the drain and logged as its one line.
import type { Result } from './result.ts';
import type { SettleReport } from './settle-and-claim.ts';

export interface DrainSummary {
  claimed: number;
  done: number;
  retried: number;
  snoozed: number;
  dead: number;
  /** Claimed and given back unstarted. */
  released: number;
  /** Whose lease was lost: their outcome was not recorded. */
  stale: number;
  durationMs: number;
}

export const emptySummary = (): DrainSummary => ({
  claimed: 0,
  done: 0,
  retried: 0,
  snoozed: 0,
  dead: 0,
  released: 0,
  stale: 0,
  durationMs: 0,
});

const counted = {
  done: 'done',
  retry: 'retried',
  dead: 'dead',
  snooze: 'snoozed',
  release: 'released',
} as const satisfies Record<Result['outcome'], keyof DrainSummary>;

/** Adds what a settle reported of these results. */
export function addSettled(
  summary: DrainSummary,
  results: readonly Result[],
  { stale, dead }: SettleReport,
): void {
  for (const { id, outcome } of results) {
    if (stale.includes(id)) summary.stale += 1;
    else if (dead.includes(id)) summary.dead += 1;
    else summary[counted[outcome]] += 1;
  }
}
