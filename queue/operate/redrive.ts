import type { Database } from '#queue/database.ts';
import type { DeadLetterSelection } from './dead-letter-selection.ts';

export interface Redriven {
  readonly matched: number;
  readonly redriven: number;
}

/** Sends dead letters round again, with all their attempts before them. */
export async function redriveDeadLetters(
  database: Database,
  { filter, limit, dryRun, actor }: DeadLetterSelection,
): Promise<Redriven> {
  const [row] = await database.query<{ answer: Redriven }>(
    'select millrace.redrive($1, $2, $3, $4) as answer',
    [JSON.stringify(filter), limit, dryRun, actor],
  );
  return row?.answer ?? { matched: 0, redriven: 0 };
}
