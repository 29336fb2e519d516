import type { Database } from '#queue/database.ts';
import { orUnknownName } from './unknown-name.ts';

export interface Replay {
  readonly id: string;
  /** Instead of all that subscribe to the message's type now. */
  readonly queue?: string;
  readonly actor: string;
}

export interface Replayed {
  /** Those in which the message was not live. */
  readonly queues: readonly string[];
}

/** Delivers a kept message again; undefined when no such message is kept. Throws an UnknownQueue. */
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
