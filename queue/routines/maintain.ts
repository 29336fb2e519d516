import type { Database } from '#queue/database.ts';
import type { Log } from '#queue/log.ts';
import { isTransient } from './failure-kind.ts';
import { retryTransient } from './retry-transient.ts';

/**
 * Makes partitions ahead, removes what is past its retention, then vacuums the tables of deliveries. `callBudgetMs` is
 * read before each of these calls: how many milliseconds it may take.
 */
export async function maintain(
  database: Database,
  deadline: { readonly callBudgetMs: number },
  log: Log,
): Promise<void> {
  const run = (statement: string) =>
    retryTransient(() => database.query(statement), { budgetMs: deadline.callBudgetMs });
  await run('select millrace.maintain()');
  try {
    // A serverless Postgres may forget its statistics whenever it sleeps. Autovacuum decides by those statistics, so it
    // may never come to these tables by itself.
    await run('vacuum (skip_locked, analyze) millrace.delivery, millrace.parcel');
  } catch (error) {
    // A large table may take longer than the time that is left. The drain itself went well then, so it must not fail.
    if (!(error instanceof Error && isTransient(error))) throw error;
    log.warn('the delivery tables could not be vacuumed', { reason: error.name });
  }
}
