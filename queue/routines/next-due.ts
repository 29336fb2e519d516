import type { Database } from '#queue/database.ts';
import { ask } from './ask.ts';

/** When something can be claimed next, on the database's clock. Both are ISO 8601. */
export interface NextDue {
  readonly now: string;
  /** Not before now; null when nothing waits. */
  readonly dueAt: string | null;
}

/** Arms a wake-up of the consumer for what is due, within so many milliseconds. Does not reject. */
export type ArmWakeUp = (due: NextDue, timeoutMs: number) => Promise<void>;

interface NextDueOptions {
  /** That of the last survey of the same drain; default none. */
  readonly since?: string | undefined;
  /** Due ones that only other code can fire; default none. */
  readonly foreignSchedules?: readonly string[];
  readonly budgetMs: number;
}

/**
 * Asks when anything of the queues, or a schedule, is due next. Repeated while the database is away, for at most
 * budgetMs.
 */
export async function nextDue(
  database: Database,
  queues: readonly string[],
  { since = '-infinity', foreignSchedules = [], budgetMs }: NextDueOptions,
): Promise<NextDue> {
  const text = 'select millrace.next_due($1, $2, $3) as due';
  const parameters = [queues, since, foreignSchedules];
  return (await ask<{ due: NextDue }>(database, text, parameters, budgetMs)).due;
}
