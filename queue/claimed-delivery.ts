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

/** A position in the claim order, made by the database and only ever handed back to it. */
export type Cursor = object;
