import type { Database } from '#queue/database.ts';
import { orUnknownName } from './unknown-name.ts';

/** What is to be delivered again, and where. */
export interface Replay {
  /** The message's id. */
  readonly id: string;
  /** One queue, instead of all that subscribe to the message's type now. */
  readonly queue?: string;
  /** Who the audit table names. */
  readonly actor: string;
}

/** What was delivered again. */
export interface Replayed {
  /** The names of the queues that got it; those in which it was still live are left out. */
  readonly queues: readonly string[];
}

/**
 * Delivers a kept message again, with all attempts before it, whether it was done, dead or cancelled. Undefined when
 * no such message is kept. Throws an UnknownQueue.
 */
export async function replayMessage(
  database: Database,
  { id, queue, actor }: Replay,
): Promise<Replayed | undefined> {
  const call = database.query<{ answer: Replayed | null }>(
    'select millrace.replay($1, $2, $3) as answer',
    [id, queue ?? null, actor],
  );
  const [row] = await orUnknownName(queue ?? '', call);
  return row?.answer ?? undefined;
}
