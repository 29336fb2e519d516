// The call that a drain makes again and again: it settles what handlers have finished and claims what they do next,
// so that a batch costs one round trip and one transaction.
import type { Database } from '#queue/database.ts';
import {
  type Claimed,
  type ClaimedDelivery,
  type Cursor,
  claimedDeliveries,
  databaseMsColumn,
} from './claimed-delivery.ts';
import { grouped } from './grouped-results.ts';
import { type MessageRow, withMessagesOf } from './messages-in-rows.ts';
import { onlyRow } from './only-row.ts';
import type { Result } from './result.ts';
import { retryTransient } from './retry-transient.ts';

/** What became of the results. */
export interface SettleReport {
  /** How many results this call has settled. */
  readonly settled: number;
  /** How many the same token had settled before: the same call was made before and its answer was lost. */
  readonly repeated: number;
  /** The message ids of those that are dead letters now. */
  readonly dead: readonly string[];
  /** The message ids of those whose lease was lost: nothing of them was changed. */
  readonly stale: readonly string[];
}

/** What is handed in, and what is asked for. */
export interface Exchange {
  readonly queue: string;
  readonly results: readonly Result[];
  /** How many deliveries to claim at most; 0 claims none. */
  readonly wanted: number;
  /** The last answer's cursor; null looks from the start of the queue. */
  readonly cursor: Cursor | null;
  /** For how long a failing call is repeated, in milliseconds. */
  readonly budgetMs: number;
  /** The lease token, a random uuid, when the claim was made before; a new one by default. */
  readonly token?: string;
  /** Whether the same claim was made before under the token: what that one holds comes first, and no more of it. */
  readonly isRepeated?: boolean;
  /** False claims deliveries without their messages, which can only be settled. Default true. */
  readonly withMessages?: boolean;
  /** Whether each message is to come in a row of its own, which is cheaper where they are large. Default false. */
  readonly inRows?: boolean;
}

/** What came back. */
export interface Exchanged {
  readonly settled: SettleReport;
  readonly deliveries: readonly ClaimedDelivery[];
  /** Where the next claim is to start, so that it does not walk again what this one has walked. */
  readonly cursor: Cursor | null;
  /** How long until the limit that cut the claim short may give more, in milliseconds; null when none did. */
  readonly limitedMs: number | null;
  /** The size of the claimed messages in KiB, as JSON text. */
  readonly kib: number;
  /** Whether their size ended the claim although more was there. */
  readonly hasMore: boolean;
  /** How long the database worked on the call, in milliseconds; the rest of its time the network took. */
  readonly databaseMs: number;
}

interface Answer extends Claimed, MessageRow {
  readonly settled: SettleReport;
  readonly database_ms: number;
}

const inLists = `select settled, (claimed).*, ${databaseMsColumn}
  from millrace.settle_and_claim($1, $2, $3, $4, $5, $6, $7, $8, in_runs => true)`;

const oneRowEach = `select settled, (claimed).*, id, type, version, payload, headers as message_headers,
    created_at as message_created_at, ${databaseMsColumn}
  from millrace.settle_and_claim_in_rows($1, $2, $3, $4, $5, $6, $7)`;

/**
 * Settles results and claims the next deliveries in one transaction. Repeated while the database is away: the lease
 * tokens tell the database which results it has settled, and which deliveries it has given, before. Throws when the
 * database refuses a result; nothing is settled then.
 */
export async function settleAndClaim(database: Database, exchange: Exchange): Promise<Exchanged> {
  const { queue, wanted, token = crypto.randomUUID() } = exchange;
  const { isRepeated = false, withMessages = true, inRows = false } = exchange;
  const { done, others } = grouped(exchange.results);
  const cursor = exchange.cursor && JSON.stringify(exchange.cursor);
  const parameters = [queue, JSON.stringify(others), JSON.stringify(done), token, wanted, cursor];
  const ask = (isAgain: boolean) =>
    inRows && withMessages
      ? database.query<Answer>(oneRowEach, [...parameters, isAgain])
      : database.query<Answer>(inLists, [...parameters, isAgain, withMessages]);
  const { budgetMs } = exchange;
  const rows = await retryTransient((repeats) => ask(isRepeated || repeats > 0), { budgetMs });
  const row = withMessagesOf(onlyRow(rows), rows.slice(1));
  return {
    settled: row.settled,
    deliveries: claimedDeliveries(row, token),
    cursor: row.cursor,
    limitedMs: row.limited_ms,
    kib: row.kib ?? 0,
    hasMore: row.has_more ?? false,
    databaseMs: row.database_ms,
  };
}
