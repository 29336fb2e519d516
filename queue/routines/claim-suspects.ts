import type { Database } from '#queue/database.ts';
import { type Claimed, claimedDeliveries, databaseMsColumn } from './claimed-delivery.ts';
import { onlyRow } from './only-row.ts';
import { retryTransient } from './retry-transient.ts';
import type { Exchange, Exchanged } from './settle-and-claim.ts';
import { type ExchangedInParts, settleAndClaimInParts } from './settle-and-claim-in-parts.ts';

interface SuspectClaim {
  readonly queue: string;
  /** False asks for a group, true for one suspect that is to be handled with nothing beside it in the whole consumer. */
  readonly alone: boolean;
  /** How many deliveries to claim at most; the database gives no more than may be together. */
  readonly wanted: number;
  /** For how long a failing call is repeated, in milliseconds. */
  readonly budgetMs: number;
}

/** What came back, with suspects in deliveries and, when one of them was too large to be handed out, how that was settled. */
export interface ClaimedSuspects extends ExchangedInParts {
  /**
   * The message ids of suspects that had no attempts left, and are dead letters now. Those that an answer named which
   * was lost are not named again.
   */
  readonly expired: readonly string[];
}

/**
 * Claims suspects: deliveries whose lease ran out, and one of which may be what ended its consumer. The database says how
 * many may be together, so that a poisonous message takes no neighbours with it. Repeated while the database is away: a
 * repeated claim is given what its token holds already. There may be more as long as it answers deliveries or expired.
 */
export async function claimSuspects(
  database: Database,
  { alone, ...claim }: SuspectClaim,
): Promise<ClaimedSuspects> {
  const expired: string[] = [];
  const call = async (_: Database, exchange: Exchange) => {
    const { dead, ...exchanged } = await claimOnce(database, alone, exchange);
    expired.push(...dead);
    return exchanged;
  };
  const exchange = { ...claim, results: [], cursor: null, call };
  return { ...(await settleAndClaimInParts(database, exchange)), expired };
}

interface Answer extends Claimed {
  readonly dead: readonly string[];
  readonly database_ms: number;
}

/** As settleAndClaim, without anything to settle. */
async function claimOnce(
  database: Database,
  alone: boolean,
  exchange: Exchange,
): Promise<Exchanged & { readonly dead: readonly string[] }> {
  const { queue, wanted, budgetMs, token = crypto.randomUUID() } = exchange;
  const { isRepeated = false, withMessages = true } = exchange;
  const row = onlyRow(
    await retryTransient(
      (repeats) =>
        database.query<Answer>(
          `select dead, (claimed).*, ${databaseMsColumn}
          from millrace.claim_suspects($1, $2, $3, $4, $5, $6)`,
          [queue, token, wanted, alone, isRepeated || repeats > 0, withMessages],
        ),
      { budgetMs },
    ),
  );
  return {
    settled: { settled: 0, repeated: 0, dead: [], stale: [] },
    dead: row.dead,
    deliveries: claimedDeliveries(row, token),
    cursor: null,
    limitedMs: row.limited_ms,
    kib: row.kib ?? 0,
    hasMore: row.has_more ?? false,
    databaseMs: row.database_ms,
  };
}
