// The database settles all results of a call or none. One that it refuses, for instance for a follow-up of a type that
// nobody declared, must not keep the others from being settled.
import type { Database } from '#queue/database.ts';
import { errorRecord } from '#queue/routines/error-record.ts';
import { isRefusal } from '#queue/routines/failure-kind.ts';
import type { Result } from '#queue/routines/result.ts';
import type { Settled } from '#queue/routines/settle.ts';
import { type Exchange, settleAndClaim } from '#queue/routines/settle-and-claim.ts';
import {
  after,
  type ExchangedInParts,
  settleAndClaimInParts,
} from '#queue/routines/settle-and-claim-in-parts.ts';

/**
 * As settleAndClaimInParts. When the call is refused, each result is settled by a call of its own, and those that are refused
 * again are retries instead, with the refusal as their error. Answers the results as they were settled.
 */
export async function settleAroundRefusal(
  database: Database,
  exchange: Exchange,
): Promise<ExchangedInParts> {
  try {
    return await settleAndClaimInParts(database, exchange);
  } catch (error) {
    if (!isRefusal(error) || exchange.results.length === 0) throw error;
  }
  let settled: Settled = { results: [], settled: { dead: [], stale: [] } };
  for (const result of exchange.results)
    settled = after(settled, await settleAlone(database, exchange, result));
  return after(settled, await settleAndClaimInParts(database, { ...exchange, results: [] }));
}

async function settleAlone(
  database: Database,
  exchange: Exchange,
  result: Result,
): Promise<Settled> {
  const settle = async (results: readonly Result[]) => ({
    ...(await settleAndClaim(database, { ...exchange, results, wanted: 0 })),
    results,
  });
  try {
    return await settle([result]);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { id, token } = result;
    return await settle([{ id, token, outcome: 'retry', ms: 0, error: errorRecord(error) }]);
  }
}
