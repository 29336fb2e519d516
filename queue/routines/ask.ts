import type { Database } from '#queue/database.ts';
import { onlyRow } from './only-row.ts';
import { retryTransient } from './retry-transient.ts';

/**
 * Calls a routine by a statement that always gives one row, and answers that row. Repeated while the database is away, for
 * at most budgetMs, so it is only for what may be called again when its answer was lost.
 */
export async function ask<Row extends object>(
  database: Database,
  text: string,
  parameters: readonly unknown[],
  budgetMs: number,
): Promise<Row> {
  const call = () => database.query<Row>(text, parameters);
  return onlyRow(await retryTransient(call, { budgetMs }));
}
