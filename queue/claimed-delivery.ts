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

/** As the claim routines give it: without names, which would cost a fifth of the answer. */
export type DeliveryRow = readonly [
  id: string,
  type: string | null,
  version: number,
  payload: unknown,
  headers: Readonly<Record<string, string>> | null,
  createdAt: string,
  attempt: number,
  groupKey: string | null,
];

export function claimedDelivery(row: DeliveryRow, token: string): ClaimedDelivery {
  const [id, type, version, payload, headers, createdAt, attempt, groupKey] = row;
  return { id, type, version, payload, headers, createdAt, attempt, groupKey, token };
}

/** A position in the claim order, made by the database and only ever handed back to it. */
export type Cursor = object;
