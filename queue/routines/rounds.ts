import type { Database } from '#queue/database.ts';
import { ask } from './ask.ts';

interface Asked {
  readonly queue: string;
  /** Of deliveries that are claimed: asked before, the answer may be over by the time they are sent. */
  readonly ids: readonly string[];
  /** For how long a failing call is repeated, in milliseconds. */
  readonly budgetMs: number;
}

/**
 * The rounds of deliveries that are about to be sent to SQS: how many times each had been sent on purpose before. Those that
 * are missing have round 0, as nearly all have. Repeated while the database is away.
 */
export async function rounds(
  database: Database,
  { queue, ids, budgetMs }: Asked,
): Promise<ReadonlyMap<string, number>> {
  const text = 'select millrace.rounds($1, $2) as rounds';
  const row = await ask<{ rounds: Record<string, number> }>(database, text, [queue, ids], budgetMs);
  return new Map(Object.entries(row.rounds));
}
