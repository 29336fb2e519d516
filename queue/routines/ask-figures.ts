import type { Database } from '#queue/database.ts';
import type { Log } from '#queue/log.ts';
import { answerWithin } from './answer-within.ts';
import { errorRecord } from './error-record.ts';

/** What is in one queue, in numbers of deliveries; counting stops at 10,000. */
export interface QueueFigures {
  readonly queue: string;
  readonly pending: number;
  readonly processing: number;
  readonly scheduled: number;
  readonly blocked: number;
  /** Dead letters. */
  readonly dead: number;
  /** For how long the oldest that nobody has claimed has been due; 0 when none is. */
  readonly oldestWaitingSeconds: number;
}

export interface DatabaseFigures {
  readonly queues: readonly QueueFigures[];
  /** Rows of the table of deliveries that are finished and not removed, as the server's statistics have it. */
  readonly deadTuples: number;
  /** For how long the oldest snapshot that the owner may see keeps rows from being removed. */
  readonly oldestSnapshotSeconds: number;
}

/**
 * Asks for figures of the queues. Undefined when somebody has asked within the last minute, or the database does not answer
 * within budgetMs, in milliseconds: the next drain asks again. since: "since" of the drain's last survey.
 */
export async function askFigures(
  database: Database,
  queues: readonly string[],
  { since, budgetMs, log }: { since: string | undefined; budgetMs: number; log: Log },
): Promise<DatabaseFigures | undefined> {
  const call = database.query<{ figures: DatabaseFigures | null }>(
    'select millrace.figures($1, $2) as figures',
    [queues, since ?? '-infinity'],
  );
  try {
    const [row] = await answerWithin(budgetMs, call);
    return row?.figures ?? undefined;
  } catch (error) {
    // The drain went well: it must not fail for this.
    const { name: reason, code } = errorRecord(error);
    log.warn('the database gave no figures', { reason, ...(code !== undefined && { code }) });
    return undefined;
  }
}
