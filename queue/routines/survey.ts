import type { Database } from '#queue/database.ts';
import type { Cursor } from './claimed-delivery.ts';
import { retryTransient } from './retry-transient.ts';

export interface Survey {
  readonly maintenanceDue: boolean;
  readonly queues: readonly QueueWork[];
  /** For the next survey of the same drain, which need not look at what is older. */
  readonly since: string;
  /** The database's clock, ISO 8601. */
  readonly now: string;
  readonly schedules: readonly DueSchedule[];
}

/** A queue that has something to do. */
export interface QueueWork {
  readonly queue: string;
  readonly fresh: boolean;
  /** Whether deliveries are there whose lease ran out. */
  readonly suspects: boolean;
  readonly cursor: Cursor;
}

/** A schedule that is due, or that is to start. */
export interface DueSchedule {
  readonly name: string;
  readonly rule: string;
  readonly timeZone: string | null;
  /** Due times before it are done with; null to start from now on. Given back as it came, to the microsecond. */
  readonly nextDueAt: string | null;
}

/**
 * Asks which queues have work and which schedules are due: the first call of a drain, and the only one of an idle tick.
 * since: as the last survey of the same drain answered it.
 */
export async function survey(
  database: Database,
  queues: readonly string[],
  { since = '-infinity', budgetMs }: { since?: string | undefined; budgetMs: number },
): Promise<Survey> {
  const text = 'select millrace.survey($1, $2) as survey';
  const [row] = await retryTransient(
    () => database.query<{ survey: Survey }>(text, [queues, since]),
    { budgetMs },
  );
  if (!row) throw new Error('millrace.survey gave no row');
  return row.survey;
}
