import { randomUUID } from 'node:crypto';
import {
  type ClaimedDelivery,
  type Cursor,
  claimedDelivery,
  type DeliveryRow,
} from './claimed-delivery.ts';
import type { Database } from './database.ts';
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
  readonly cursor: Cursor;
  /** How long until the queue's limit, which cut the claim short, may give more; absent when none did. */
  readonly limitedMs?: number;
}

interface Answer {
  readonly settled: SettleReport;
  readonly claimed: {
    readonly deliveries: readonly DeliveryRow[];
    readonly cursor: Cursor;
    readonly limitedMs?: number | null;
  };
}

/** Settles results and claims the next deliveries in one round trip; repeated while the database is away. */
export async function settleAndClaim(database: Database, exchange: Exchange): Promise<Exchanged> {
  const token = randomUUID();
  const { queue, wanted } = exchange;
  const { done, others } = grouped(exchange.results);
  const cursor = exchange.cursor && JSON.stringify(exchange.cursor);
  const parameters = [queue, JSON.stringify(others), JSON.stringify(done), token, wanted, cursor];
  const [row] = await retryTransient(
    (repeats) =>
      database.query<{ answer: Answer }>(
        'select millrace.settle_and_claim($1, $2, $3, $4, $5, $6, $7) as answer',
        [...parameters, repeats > 0],
      ),
    { budgetMs: exchange.budgetMs },
  );
  if (!row) throw new Error('millrace.settle_and_claim gave no row');
  const { settled, claimed } = row.answer;
  const deliveries = claimed.deliveries.map((each) => claimedDelivery(each, token));
  const limit = typeof claimed.limitedMs === 'number' && { limitedMs: claimed.limitedMs };
  return { settled, deliveries, cursor: claimed.cursor, ...limit };
}
