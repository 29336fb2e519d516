// What a drain did, in numbers: returned by the drain and logged as its one line.

import type { SettledInTransaction } from '#queue/handle/settled-in-transaction.ts';
import type { Result } from '#queue/routines/result.ts';
import type { SettleReport } from '#queue/routines/settle-and-claim.ts';

/** What was done in one queue. */
export interface LaneSummary {
  claimed: number;
  done: number;
  retried: number;
  snoozed: number;
  dead: number;
  /** Claimed and given back unstarted. */
  released: number;
  /** Whose lease was lost: their outcome was not recorded. */
  stale: number;
}

export interface DrainSummary extends LaneSummary {
  durationMs: number;
}

export const emptySummary = (): LaneSummary => ({
  claimed: 0,
  done: 0,
  retried: 0,
  snoozed: 0,
  dead: 0,
  released: 0,
  stale: 0,
});

/** All queues together. */
export function sum(lanes: Iterable<LaneSummary>): LaneSummary {
  const total = emptySummary();
  for (const lane of lanes)
    for (const figure of Object.keys(total) as (keyof LaneSummary)[]) total[figure] += lane[figure];
  return total;
}

const counted = {
  done: 'done',
  retry: 'retried',
  dead: 'dead',
  snooze: 'snoozed',
  release: 'released',
} as const satisfies Record<Result['outcome'], keyof LaneSummary>;

/** Adds what a settle reported of these results. */
export function addSettled(
  summary: LaneSummary,
  results: readonly Result[],
  { stale, dead }: SettleReport,
): void {
  for (const { id, outcome } of results) {
    if (stale.includes(id)) summary.stale += 1;
    else if (dead.includes(id)) summary.dead += 1;
    else summary[counted[outcome]] += 1;
  }
}

export function addSettledInTransaction(
  summary: LaneSummary,
  { outcome }: SettledInTransaction,
): void {
  summary[outcome === 'settled' ? 'done' : 'stale'] += 1;
}
