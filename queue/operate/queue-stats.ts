// How full the queues are and how fast they empty. Costs the same at any depth.
import type { Database } from '#queue/database.ts';

export interface QueueFigures {
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
export async function allQueueFigures(database: Database): Promise<readonly QueueFigures[]> {
  const [row] = await database.query<{ figures: QueueFigures[] }>(
    'select millrace.stats() as figures',
  );
  return row?.figures ?? [];
}

/** One queue; undefined when there is none of this name. */
export async function queueFigures(
  database: Database,
  name: string,
): Promise<QueueFigures | undefined> {
  const [row] = await database.query<{ figures: QueueFigures[] }>(
    'select millrace.stats($1) as figures',
    [name],
  );
  return row?.figures[0];
}
