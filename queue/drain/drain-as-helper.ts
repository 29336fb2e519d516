// A drain that was handed a part of a backlog. It never hands over itself, so that there is one hop and no more.
import { endHelper, startHelper } from '#queue/routines/helper-places.ts';
import { Deadline } from './deadline.ts';
import { drainInvocation } from './drain-invocation.ts';
import type { InvocationOptions } from './drain-state.ts';
import type { DrainSummary } from './summary.ts';
import { noCounts } from './summary.ts';

/** So much longer than its invocation does a helper's place last, in milliseconds: then it has certainly ended. */
const slackMs = 5_000;
/** Giving the place back is waited for no longer than this, in milliseconds: it is free by itself a little later. */
const longestEndMs = 2_000;

/**
 * Drains like a tick, in the place that the token names, and gives the place back. Without a place it does nothing: it came
 * too late, or it is the same event once more, and its work is another's by now. Throws as drain does.
 */
export async function drainAsHelper(
  token: string,
  options: InvocationOptions,
): Promise<DrainSummary> {
  const { database, log, remainingMs } = options;
  const deadline = new Deadline(remainingMs);
  const place = { token, run: crypto.randomUUID() };
  const lastingMs = remainingMs() + slackMs;
  const start = () => startHelper(database, place, { lastingMs, budgetMs: deadline.lookBudgetMs });
  if (!deadline.hasTimeToLook || !(await start())) {
    log.info('not needed as a helper', { token });
    return { ...noCounts(), durationMs: 0 };
  }
  try {
    // Nor does it wait for what may come in: the one that has started it does, or a tick.
    return await drainInvocation({ ...options, handOver: undefined, eager: undefined });
  } finally {
    const budgetMs = Math.min(longestEndMs, deadline.settleBudgetMs);
    // What the drain threw is more to the point than a place that is not given back.
    await endHelper(database, place, { budgetMs }).catch(() => {});
  }
}
