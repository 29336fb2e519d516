import type { Database } from '#queue/database.ts';
import type { Deadline } from '#queue/drain/deadline.ts';
import type { Log } from '#queue/log.ts';
import { retryTransient } from './retry-transient.ts';
import { isTransient } from './transient-error.ts';

/** Makes partitions ahead, removes what is past its retention, then vacuums the hot table while there is time. */
export async function maintain(database: Database, deadline: Deadline, log: Log): Promise<void> {
  const run = (statement: string) =>
    retryTransient(() => database.query(statement), { budgetMs: deadline.callBudgetMs });
  await run('select millrace.maintain()');
  try {
    // A serverless Postgres may forget its statistics whenever it sleeps, and autovacuum goes by them.
    await run('vacuum (skip_locked, analyze) millrace.delivery');
  } catch (error) {
    // A large table may need more time than is left; nothing is wrong with the drain then.
    if (!(error instanceof Error && isTransient(error))) throw error;
    log.warn('the delivery table could not be vacuumed', { reason: error.name });
  }
}
