import type { Database } from '#queue/database.ts';
import type { Deadline } from '#queue/drain/deadline.ts';
import type { LaneSummary } from '#queue/drain/summary.ts';
import type { Log } from '#queue/log.ts';
import { answerWithin } from './answer-within.ts';
import { isTransient } from './transient-error.ts';

/**
 * Writes down what was done in each queue, where the rates of stats() come from; nothing when nothing was. Made once,
 * whatever becomes of it: a repeated call would count twice, and everything that matters has been settled.
 */
export async function recordDrain(
  database: Database,
  lanes: ReadonlyMap<string, LaneSummary>,
  deadline: Deadline,
  log: Log,
): Promise<void> {
  const rows = Array.from(lanes, ([queue, summary]) => ({ queue, ...summary }));
  const busy = rows.filter(({ claimed, dead }) => claimed + dead > 0);
  if (busy.length === 0) return;
  const call = database.query('select millrace.record_drain($1)', [JSON.stringify(busy)]);
  try {
    await answerWithin(deadline.callBudgetMs, call);
  } catch (error) {
    if (!(error instanceof Error && isTransient(error))) throw error;
    log.warn('the drain could not be recorded', { reason: error.name });
  }
}
