// How full the queues are and how fast they empty. Costs the same at any depth.
import type { Database } from '#queue/database.ts';

export interface QueueStats {
  readonly name: string;
  readonly paused: boolean;
  readonly depth: Readonly<
    Record<'pending' | 'processing' | 'scheduled' | 'blocked' | 'dead', number>
  >;
  /** The statuses of which there may be more than were counted. */
  readonly capped: readonly string[];
  /** How long the oldest pending delivery has been due; 0 when none is. */
  readonly oldestPendingSeconds: number;
  /** Of the last five minutes. */
  readonly perMinute: Readonly<Record<'done' | 'retried' | 'dead', number>>;
}

/** All queues, by name. */
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
