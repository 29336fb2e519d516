import type { Database } from '#queue/database.ts';

/** What was cancelled. */
export interface Cancelled {
  /** The names of the queues in which the message waited; none when nothing did. */
  readonly cancelled: readonly string[];
  /** Those in which SQS has it, where it goes on; left out when there are none. */
  readonly relayed?: readonly string[];
}

/**
 * Cancels those deliveries of a message that no consumer holds; what is being processed goes on. Undefined when no
 * such message is kept. The actor is who the audit table names.
 */
export async function cancelMessage(
  database: Database,
  id: string,
  actor: string,
): Promise<Cancelled | undefined> {
  const [row] = await database.query<{ answer: Cancelled | null }>(
    'select millrace.cancel($1, $2) as answer',
    [id, actor],
  );
  return row?.answer ?? undefined;
}
