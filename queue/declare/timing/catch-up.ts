// What becomes of due times that nobody was there for. A due time is missed when it is older than two minutes: a
// tick comes every minute, and one of them may fail. Newer ones are always enqueued, whatever the policy, so it
// makes no difference whether a consumer comes back just before or just after a due time.
import type { Rule, Span } from './rule.ts';

/** Messages for missed due times: none, one for the newest, or one for each of the newest so many. */
export type CatchUp = 'skip' | 'once' | { readonly all: number };

const graceMs = 120_000;

/** Throws a TypeError unless it is a policy with a number from 1 to 1000. */
export function requireCatchUp(catchUp: CatchUp): void {
  if (catchUp === 'skip' || catchUp === 'once') return;
  const all: unknown = catchUp?.all;
  if (typeof all === 'number' && Number.isInteger(all) && all >= 1 && all <= 1000) return;
  throw new TypeError(
    `catchUp is 'skip', 'once' or { all: 1 to 1000 }; got ${JSON.stringify(catchUp)}`,
  );
}

/** The due times in a span up to now that get a message, oldest first. */
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
