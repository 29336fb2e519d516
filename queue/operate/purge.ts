import type { Database } from '#queue/database.ts';
import { orUnknownName } from './unknown-name.ts';

/** A queue to be emptied. */
export interface Purge {
  /** The queue's name. The caller has made sure that it is meant: HTTP asks for it twice. */
  readonly queue: string;
  /** How many deliveries one call cancels at most. 1 to 10000. */
  readonly limit: number;
  /** Who the audit table names. */
  readonly actor: string;
}

/** How much was cancelled. */
export interface Purged {
  readonly cancelled: number;
  /** Whether something still waits, so that another call is needed. */
  readonly more: boolean;
}

/**
 * Cancels what waits in a queue, up to the limit: call again while there is more. What is being processed goes on, and
 * dead letters stay. Throws an UnknownQueue.
 */
export async function purgeQueue(
  database: Database,
  { queue, limit, actor }: Purge,
): Promise<Purged> {
  // The routine takes the name a second time as confirmation, for people with psql.
  const call = database.query<{ answer: Purged }>(
    'select millrace.purge($1, $1, $2, $3) as answer',
    [queue, limit, actor],
  );
  const [row] = await orUnknownName(queue, call);
  return row?.answer ?? { cancelled: 0, more: false };
}
