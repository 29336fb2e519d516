// What becomes of due times at which no consumer was there. A due time counts as missed when it is more than two
// minutes old: a tick comes every minute, and one of them may fail. Newer due times are always enqueued, whatever the
// policy, so it makes no difference whether a consumer comes back just before or just after one.

import { isInRange } from '#queue/declare/in-range.ts';
import { misuse } from '#queue/misuse.ts';
import type { Rule, Span } from './rule.ts';

/**
 * Which missed due times get a message: none (`'skip'`), the newest (`'once'`), or each of the newest so many, oldest
 * first (`{ all: 24 }`, 1 to 1000).
 */
export type CatchUp = 'skip' | 'once' | { readonly all: number };

const graceMs = 120_000;

/** Throws a TypeError unless it is one of the policies, with a whole number from 1 to 1000 in `all`. */
export function requireCatchUp(catchUp: CatchUp): void {
  if (catchUp === 'skip' || catchUp === 'once') return;
  if (isInRange(catchUp?.all, { from: 1, to: 1000 })) return;
  misuse(`catchUp is 'skip', 'once' or { all: 1 to 1000 }; got ${JSON.stringify(catchUp)}`);
}

/** The due times of a span that ends now that get a message, oldest first. */
export function dueTimes(rule: Rule, catchUp: CatchUp, { from, to }: Span): Date[] {
  const graceStart = new Date(to.getTime() - graceMs);
  const beforeGrace = new Date(graceStart.getTime() - 1);
  const missed = rule.newestIn({ from, to: beforeGrace }, mostMissed(catchUp));
  const current = from > graceStart ? from : graceStart;
  return [...missed, ...rule.newestIn({ from: current, to }, Number.POSITIVE_INFINITY)];
}

function mostMissed(catchUp: CatchUp): number {
  if (catchUp === 'skip') return 0;
  return catchUp === 'once' ? 1 : catchUp.all;
}
