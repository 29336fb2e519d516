import type { Database } from '#queue/database.ts';
import type { DeadLetterSelection } from './dead-letter-selection.ts';

export interface Discarded {
  readonly matched: number;
  readonly discarded: number;
}

/** Gives dead letters up for good; their messages are kept. */
export async function discardDeadLetters(
  database: Database,
  { filter, limit, dryRun, actor }: DeadLetterSelection,
): Promise<Discarded> {
  const [row] = await database.query<{ answer: Discarded }>(
    'select millrace.discard($1, $2, $3, $4) as answer',
    [JSON.stringify(filter), limit, dryRun, actor],
  );
  return row?.answer ?? { matched: 0, discarded: 0 };
}
