import type { Database } from '#queue/database.ts';
import { orUnknownName } from './unknown-name.ts';

export interface Purge {
  /** Who asks has said it twice: the database refuses a purge without that. */
  readonly queue: string;
  /** 1 to 100000. */
  readonly limit: number;
  readonly actor: string;
}

export interface Purged {
  readonly cancelled: number;
  /** Whether something still waits. */
  readonly more: boolean;
}

/** Cancels what waits in a queue, whole or up to the limit. Throws an UnknownQueue. */
export async function purgeQueue(
  database: Database,
  { queue, limit, actor }: Purge,
): Promise<Purged> {
  const call = database.query<{ answer: Purged }>(
    'select millrace.purge($1, $1, $2, $3) as answer',
    [queue, limit, actor],
  );
  const [row] = await orUnknownName(queue, call);
  return row?.answer ?? { cancelled: 0, more: false };
}
