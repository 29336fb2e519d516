// What is too large to pass in one piece is settled and claimed in halves, and in halves of those, down to a single result
// and a single message. Claims are bounded in bytes, but proxies have limits of their own, and messages that were stored
// before the bounds may be of any size.

import type { Database } from '#queue/database.ts';
import { MessageTooLarge } from '#queue/errors.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { errorRecord } from './error-record.ts';
import type { Result } from './result.ts';
import type { Settled } from './settle.ts';
import { type Exchange, type Exchanged, settleAndClaim } from './settle-and-claim.ts';
import { isAnswerTooLarge, isRequestTooLarge } from './too-large.ts';

/** What came back, the results as they were settled, and whether the claim had to be made smaller. */
export interface ExchangedInParts extends Omit<Exchanged, 'settled'>, Settled {
  readonly isHalved: boolean;
}

interface PartialExchange extends Exchange {
  /** What settles and claims in one piece; settleAndClaim unless it is suspects that are claimed. */
  readonly call?: (database: Database, exchange: Exchange) => Promise<Exchanged>;
}

/**
 * As settleAndClaim. A message that is too large even alone becomes a dead letter that says so. Throws when a single
 * result is too large for a request.
 */
export async function settleAndClaimInParts(
  database: Database,
  exchange: PartialExchange,
): Promise<ExchangedInParts> {
  const endsAt = monotonicMs() + exchange.budgetMs;
  const { call = settleAndClaim, token = crypto.randomUUID() } = exchange;
  const named = { ...exchange, call, token };
  try {
    const exchanged = await call(database, named);
    return { ...exchanged, results: exchange.results, isHalved: false };
  } catch (error) {
    // The proxy may have refused what the database has carried out: the token tells it what that was.
    const budgetMs = Math.max(0, endsAt - monotonicMs());
    const again = { ...named, budgetMs, isRepeated: true };
    if (isRequestTooLarge(error) && exchange.results.length > 1)
      return settleInHalves(database, again);
    const isRefusedAnswer =
      isAnswerTooLarge(error) || (isRequestTooLarge(error) && exchange.results.length === 0);
    if (!isRefusedAnswer || exchange.wanted === 0) throw error;
    return exchange.wanted > 1 ? claimHalf(database, again) : claimOne(database, again, error);
  }
}

async function settleInHalves(
  database: Database,
  exchange: PartialExchange,
): Promise<ExchangedInParts> {
  const { results } = exchange;
  const half = results.length >>> 1;
  const first = { ...exchange, results: results.slice(0, half), wanted: 0 };
  const second = { ...exchange, results: results.slice(half) };
  const before = await settleAndClaimInParts(database, first);
  return after(before, await settleAndClaimInParts(database, second));
}

async function claimHalf(database: Database, exchange: PartialExchange): Promise<ExchangedInParts> {
  const smaller = { ...exchange, wanted: exchange.wanted >>> 1 };
  return { ...(await settleAndClaimInParts(database, smaller)), isHalved: true, hasMore: true };
}

/** Takes the lease without the message, then asks for the message alone, so that no other one is taken for the guilty. */
async function claimOne(
  database: Database,
  exchange: PartialExchange,
  cause: unknown,
): Promise<ExchangedInParts> {
  const { call = settleAndClaim } = exchange;
  const leased = await call(database, { ...exchange, withMessages: false });
  const before = { ...leased, results: exchange.results, deliveries: [], isHalved: true };
  const [delivery] = leased.deliveries;
  if (!delivery) return before;
  const rest = { ...exchange, results: [] };
  try {
    return after(before, {
      ...(await call(database, rest)),
      results: [],
      isHalved: true,
    });
  } catch (error) {
    if (!isAnswerTooLarge(error) && !isRequestTooLarge(error)) throw error;
  }
  const { id, token } = delivery;
  const error = errorRecord(new MessageTooLarge(cause));
  const results: Result[] = [{ id, token, outcome: 'dead', ms: 0, error }];
  const buried = await settleAndClaim(database, { ...rest, results, wanted: 0 });
  const { cursor } = exchange;
  return after(before, { ...buried, results, cursor, isHalved: true, hasMore: true });
}

/** Both, of which only the second has claimed anything. */
export const after = <Second extends Settled>(first: Settled, second: Second): Second => ({
  ...second,
  results: [...first.results, ...second.results],
  settled: {
    dead: [...first.settled.dead, ...second.settled.dead],
    stale: [...first.settled.stale, ...second.settled.stale],
  },
});
