// How full the queues are and how fast they empty. Counts stop at 10,000 for each status, so that asking costs the
// same at any depth.
import type { Database } from '#queue/database.ts';

/** One queue's stats. */
export interface QueueStats {
  readonly name: string;
  readonly paused: boolean;
  /** False when the code that was deployed last does not have it: nobody drains what it holds. */
  readonly declared: boolean;
  /** How many deliveries have each status; dead counts the dead letters. */
  readonly depth: Readonly<
    Record<'pending' | 'processing' | 'scheduled' | 'blocked' | 'dead', number>
  >;
  /** The statuses whose count reached the cap: there may be more. */
  readonly capped: readonly string[];
  /** For how long the oldest pending delivery has been waiting to be claimed; 0 when none is. */
  readonly oldestPendingSeconds: number;
  /** What drains did, on average over the last five minutes. */
  readonly perMinute: Readonly<Record<'done' | 'retried' | 'dead', number>>;
}

/** All queues, in the order of their names. */
export const allQueueStats = (database: Database): Promise<readonly QueueStats[]> =>
  stats(database, null);

/** One queue; undefined when there is none of this name. */
export async function queueStats(
  database: Database,
  name: string,
): Promise<QueueStats | undefined> {
  const [found] = await stats(database, name);
  return found;
}

async function stats(database: Database, name: string | null): Promise<readonly QueueStats[]> {
  const [row] = await database.query<{ stats: QueueStats[] }>(
    'select millrace.stats($1) as stats',
    [name],
  );
  return row?.stats ?? [];
}
