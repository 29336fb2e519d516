import type { Database } from '#queue/database.ts';
import type { Result } from './result.ts';
import type { SettleReport } from './settle-and-claim.ts';

/** Results that were settled, and of which of them the database said that they were the last or came too late. */
export interface Settled {
  readonly results: readonly Result[];
  readonly settled: Pick<SettleReport, 'dead' | 'stale'>;
}

/**
 * Settles results within a transaction that the caller has begun and commits. Never repeated: when its answer is lost,
 * the transaction is lost with it.
 */
export async function settle(
  transaction: Database,
  queue: string,
  results: readonly Result[],
): Promise<SettleReport> {
  const [row] = await transaction.query<{ settled: SettleReport }>(
    'select millrace.settle($1, $2) as settled',
    [queue, JSON.stringify(results)],
  );
  if (!row) throw new Error('millrace.settle gave no row');
  return row.settled;
}
