import type { Database } from '#queue/database.ts';
import { type Claimed, type ClaimedDelivery, claimedDeliveries } from './claimed-delivery.ts';
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
  const token = crypto.randomUUID();
  const [row] = await retryTransient(
    (repeats) =>
      database.query<Answer>('select dead, (claimed).* from millrace.claim_suspect($1, $2, $3)', [
        queue,
        token,
        repeats > 0,
      ]),
    { budgetMs },
  );
  if (!row) throw new Error('millrace.claim_suspect gave no row');
  const [suspect] = claimedDeliveries(row, token);
  return { suspect, dead: row.dead, limitedMs: row.limited_ms };
}

interface Answer extends Claimed {
  readonly dead: readonly string[];
}
