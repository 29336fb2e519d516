import type { Database } from '#queue/database.ts';
import {
  type Claimed,
  type ClaimedDelivery,
  type Cursor,
  claimedDeliveries,
} from './claimed-delivery.ts';
import { grouped } from './grouped-results.ts';
import type { Result } from './result.ts';
import { retryTransient } from './retry-transient.ts';

export interface SettleReport {
  readonly settled: number;
  /** Ended before by the same token: the answer to that call was lost. */
  readonly repeated: number;
  readonly dead: readonly string[];
  /** Whose lease was lost: nothing of them was changed. */
  readonly stale: readonly string[];
}

export interface Exchange {
  readonly queue: string;
  readonly results: readonly Result[];
  /** Deliveries to claim at most; 0 for none. */
  readonly wanted: number;
  /** Null looks from the start. */
  readonly cursor: Cursor | null;
  /** How long a failing call is repeated, in milliseconds. */
  readonly budgetMs: number;
}

export interface Exchanged {
  readonly settled: SettleReport;
  readonly deliveries: readonly ClaimedDelivery[];
  readonly cursor: Cursor | null;
  /** How long until the queue's limit, which cut the claim short, may give more; null when none did. */
  readonly limitedMs: number | null;
}

interface Answer extends Claimed {
  readonly settled: SettleReport;
}

/** Settles results and claims the next deliveries in one round trip; repeated while the database is away. */
export async function settleAndClaim(database: Database, exchange: Exchange): Promise<Exchanged> {
  const token = crypto.randomUUID();
  const { queue, wanted } = exchange;
  const { done, others } = grouped(exchange.results);
  const cursor = exchange.cursor && JSON.stringify(exchange.cursor);
  const parameters = [queue, JSON.stringify(others), JSON.stringify(done), token, wanted, cursor];
  const [row] = await retryTransient(
    (repeats) =>
      database.query<Answer>(
        'select settled, (claimed).* from millrace.settle_and_claim($1, $2, $3, $4, $5, $6, $7)',
        [...parameters, repeats > 0],
      ),
    { budgetMs: exchange.budgetMs },
  );
  if (!row) throw new Error('millrace.settle_and_claim gave no row');
  const { settled, cursor: next, limited_ms: limitedMs } = row;
  return { settled, deliveries: claimedDeliveries(row, token), cursor: next, limitedMs };
}
