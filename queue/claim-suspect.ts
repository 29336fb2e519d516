import { randomUUID } from 'node:crypto';
import { type ClaimedDelivery, claimedDelivery, type DeliveryRow } from './claimed-delivery.ts';
import type { Database } from './database.ts';
import { retryTransient } from './retry-transient.ts';

export interface ClaimedSuspect {
  /** To be handled with nothing beside it; undefined when no suspect is left. */
  readonly suspect: ClaimedDelivery | undefined;
  /** Suspects that had no attempts left. */
  readonly dead: readonly string[];
  /** How long until the queue's limit, which keeps a suspect back, may let it go; null when none does. */
  readonly limitedMs: number | null;
}

/** Claims one delivery whose lease ran out. */
export async function claimSuspect(
  database: Database,
  queue: string,
  budgetMs: number,
): Promise<ClaimedSuspect> {
  const token = randomUUID();
  const [answered] = await retryTransient(
    (repeats) =>
      database.query<{ answer: Answer }>('select millrace.claim_suspect($1, $2, $3) as answer', [
        queue,
        token,
        repeats > 0,
      ]),
    { budgetMs },
  );
  if (!answered) throw new Error('millrace.claim_suspect gave no row');
  const { deliveries, dead, limitedMs } = answered.answer;
  const [row] = deliveries;
  return { suspect: row && claimedDelivery(row, token), dead, limitedMs };
}

interface Answer {
  readonly deliveries: readonly DeliveryRow[];
  readonly dead: readonly string[];
  readonly limitedMs: number | null;
}
