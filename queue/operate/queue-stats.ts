// How full the queues are and how fast they empty. Counts stop at 10,000 for each status, so that asking costs the
// same at any depth.
import type { QueueDetail, QueueStats } from '#client/queue-answers.ts';
import type { Database } from '#queue/database.ts';

/** All queues, in the order of their names. */
export async function allQueueStats(database: Database): Promise<readonly QueueStats[]> {
  const [row] = await database.query<{ stats: QueueStats[] }>('select millrace.stats() as stats');
  return row?.stats ?? [];
}

/** One queue, with its policy; undefined when there is none of this name. */
export async function queueDetail(
  database: Database,
  name: string,
): Promise<QueueDetail | undefined> {
  const [row] = await database.query<{ detail: QueueDetail | null }>(
    'select millrace.queue_detail($1) as detail',
    [name],
  );
  return row?.detail ?? undefined;
}
