import type { Database } from '#queue/database.ts';
import { TransactionEnded } from '#queue/errors.ts';
import type { Result } from './result.ts';
import type { SettleReport } from './settle-and-claim.ts';

/** Results that were settled, and of which of them the database said that they were the last or came too late. */
export interface Settled {
  readonly results: readonly Result[];
  readonly settled: Pick<SettleReport, 'dead' | 'stale'>;
}

/**
 * Settles results within the transaction of a handler, which the caller has begun and commits. Never repeated: when its
 * answer is lost, the transaction is lost with it. Throws TransactionEnded, and settles nothing, when the handler has ended
 * it: the caller has set millrace.transaction until then, and the condition is evaluated before the call.
 */
export async function settle(
  transaction: Database,
  queue: string,
  results: readonly Result[],
): Promise<SettleReport> {
  const [row] = await transaction.query<{ settled: SettleReport }>(
    `select millrace.settle($1, $2) as settled
     where current_setting('millrace.transaction', true) = 'open'`,
    [queue, JSON.stringify(results)],
  );
  if (!row) throw new TransactionEnded();
  return row.settled;
}
