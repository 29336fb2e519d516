import type { Database } from '#queue/database.ts';

export interface Cancelled {
  /** The queues in which the message waited. */
  readonly cancelled: readonly string[];
}

/** Cancels a message's deliveries that nobody has started; undefined when no such message is kept. */
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
