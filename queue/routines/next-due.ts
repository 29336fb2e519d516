import type { Database } from '#queue/database.ts';
import { retryTransient } from './retry-transient.ts';

/** When something can be claimed next, on the database's clock. Both are ISO 8601. */
export interface NextDue {
  readonly now: string;
  /** Not before now; null when nothing waits. */
  readonly dueAt: string | null;
}

/** Arms a wake-up of the consumer for what is due, within so many milliseconds. Does not reject. */
export type ArmWakeUp = (due: NextDue, timeoutMs: number) => Promise<void>;

/**
 * Asks when anything of the queues, or a schedule, is due next. since: that of the last survey of the same drain, or
 * none. Repeated while the database is away, for at most budgetMs.
 */
export async function nextDue(
  database: Database,
  queues: readonly string[],
  { since = '-infinity', budgetMs }: { since?: string | undefined; budgetMs: number },
): Promise<NextDue> {
  const [row] = await retryTransient(
    () =>
      database.query<{ due: NextDue }>('select millrace.next_due($1, $2) as due', [queues, since]),
    { budgetMs },
  );
  if (!row) throw new Error('millrace.next_due gave no row');
  return row.due;
}
