// What a claim gives: deliveries, the token that proves the lease, and where the next claim starts.

export interface ClaimedDelivery {
  readonly id: string;
  /** Null when the message is gone: retention never drops one that a live delivery needs, but a person might. */
  readonly type: string | null;
  /** Of the payload's form; see the type's upcasters. */
  readonly version: number;
  readonly payload: unknown;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly createdAt: string;
  readonly attempt: number;
  readonly groupKey: string | null;
  /** The lease token of the claim that took it. */
  readonly token: string;
}

/** A row of the database's type millrace.claimed: a list for each property, all equally long. */
export interface Claimed {
  /** This and the other lists are null when nothing was claimed. */
  readonly ids: readonly string[] | null;
  readonly types: readonly (string | null)[];
  readonly versions: readonly number[];
  readonly payloads: readonly unknown[];
  readonly headers: readonly (Readonly<Record<string, string>> | null)[];
  readonly created_at: readonly string[];
  readonly attempts: readonly number[];
  readonly group_keys: readonly (string | null)[];
  readonly cursor: Cursor | null;
  /** How long until a limit of the queue, which cut the claim short, may give more; null when none did. */
  readonly limited_ms: number | null;
}

/** A position in the claim order, made by the database and only ever handed back to it. */
export type Cursor = object;

/** The deliveries of one claim, in claim order. */
export function claimedDeliveries(claimed: Claimed, token: string): ClaimedDelivery[] {
  const { ids, types, versions, payloads, headers, created_at, attempts, group_keys } = claimed;
  if (!ids) return [];
  // The defaults are for what a message that is gone has left out.
  return ids.map((id, n) => ({
    id,
    type: types[n] ?? null,
    version: versions[n] ?? 1,
    payload: payloads[n],
    headers: headers[n] ?? null,
    createdAt: created_at[n] ?? '',
    attempt: attempts[n] ?? 1,
    groupKey: group_keys[n] ?? null,
    token,
  }));
}
