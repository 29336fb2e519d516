import type { Database } from '#queue/database.ts';
import { type Claimed, type ClaimedDelivery, claimedDeliveries } from './claimed-delivery.ts';
import { retryTransient } from './retry-transient.ts';

/** What came of looking for a suspect. */
export interface ClaimedSuspect {
  /** The suspect, to be handled with nothing beside it; undefined when none is left or a limit keeps it back. */
  readonly suspect: ClaimedDelivery | undefined;
  /** The message ids of suspects that had no attempts left, and are dead letters now. */
  readonly dead: readonly string[];
  /** How long until the limit that keeps a suspect back may let it go, in milliseconds; null when none does. */
  readonly limitedMs: number | null;
}

/**
 * Claims one suspect: a delivery whose lease ran out, and which may be what ended its consumer. Suspects are claimed
 * one at a time, so that a poisonous message takes no neighbours with it. Repeated while the database is away, for at
 * most budgetMs: a repeated claim is given what its token holds already.
 */
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
