// What a claim gives: deliveries under a lease, the token that proves the lease, and where the next claim is to start.

/** A delivery under a lease, with its message. */
export interface ClaimedDelivery {
  /** The message's id. */
  readonly id: string;
  /**
   * Null when the message is gone. Retention never drops one that a live delivery needs, but a person with psql
   * might.
   */
  readonly type: string | null;
  /** The version of the payload's form; the type's upcasters bring an older one up to date. */
  readonly version: number;
  readonly payload: unknown;
  readonly headers: Readonly<Record<string, string>> | null;
  /** ISO 8601. */
  readonly createdAt: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly groupKey: string | null;
  /** For how many milliseconds it had been due; null for a suspect, which others have had before. */
  readonly waitedMs: number | null;
  /** The lease token: the claim made it up, and every settle and extend must show it. */
  readonly token: string;
}

/** What one delivery after the other has of a property: each value for so many of them. */
interface Runs<Value> {
  readonly values: readonly Value[];
  readonly counts: readonly number[];
}

type Listed<Value> = readonly Value[] | Runs<Value>;

/**
 * A row of the database's type millrace.claimed: one list for each property, all equally long, or runs where the caller asked for
 * them. An object for each delivery would take the database twice the time.
 */
export interface Claimed {
  /** Null when nothing was claimed, as are the other lists. */
  readonly ids: readonly string[] | null;
  readonly types: Listed<string | null>;
  readonly versions: Listed<number>;
  readonly payloads: readonly unknown[];
  readonly headers: readonly (Readonly<Record<string, string>> | null)[];
  readonly created_at: Listed<string>;
  readonly attempts: Listed<number>;
  readonly group_keys: Listed<string | null>;
  readonly waited_ms: Listed<number | null>;
  readonly cursor: Cursor | null;
  /** How long until the limit that cut the claim short may give more, in milliseconds; null when none did. */
  readonly limited_ms: number | null;
  /** The size of all messages together in KiB; null when nothing was claimed. */
  readonly kib: number | null;
  /** Whether the bound on it ended the claim although more was there. */
  readonly has_more: boolean | null;
}

/** How long the database worked on the statement, in milliseconds: a column behind those of the routine, so it comes last. */
export const databaseMsColumn =
  'extract(epoch from clock_timestamp() - statement_timestamp())::double precision * 1000 as database_ms';

/** A position in a queue's claim order. Only the database makes and reads it. */
export type Cursor = object;

/** The deliveries of one claim, in claim order. */
export function claimedDeliveries(claimed: Claimed, token: string): ClaimedDelivery[] {
  const { ids, payloads, headers } = claimed;
  if (!ids) return [];
  const types = listed(claimed.types);
  const versions = listed(claimed.versions);
  const createdAt = listed(claimed.created_at);
  const attempts = listed(claimed.attempts);
  const groupKeys = listed(claimed.group_keys);
  const waitedMs = listed(claimed.waited_ms);
  // A message that is gone leaves its properties out, and only its delivery's id and token are needed to settle it.
  return ids.map((id, n) => ({
    id,
    type: types[n] ?? null,
    version: versions[n] ?? 1,
    payload: payloads[n],
    headers: headers[n] ?? null,
    createdAt: createdAt[n] ?? '',
    attempt: attempts[n] ?? 1,
    groupKey: groupKeys[n] ?? null,
    waitedMs: waitedMs[n] ?? null,
    token,
  }));
}

function listed<Value>(given: Listed<Value>): readonly Value[] {
  if (!('counts' in given)) return given;
  const list: Value[] = [];
  // Filling an array and flattening it would take three times as long.
  for (const [n, value] of given.values.entries())
    for (let left = given.counts[n] ?? 0; left > 0; left -= 1) list.push(value);
  return list;
}
