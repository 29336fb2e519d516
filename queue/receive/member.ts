// A message that is handled in this invocation, from what was received to what its handler gets.
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Received } from './received.ts';

export interface Member {
  readonly copy: Received;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Whether the database has given a lease for it, so that it must be told how the attempt has ended. */
  readonly isLeased: boolean;
}

/** For what was never delivered before: nobody has begun an attempt since it was sent. */
export const firstAttempt = (copy: Received): Member => ({
  copy,
  attempt: copy.message.attempt + 1,
  isLeased: false,
});

/** As a claim would have brought it. claim: those with the same one are settled together. */
export function toDelivery({ copy, attempt }: Member, claim: string): ClaimedDelivery {
  const { id, type, version, payload, headers, createdAt, groupKey } = copy.message;
  // How long others have had it before says nothing about how long it has waited.
  const waitedMs = copy.count === 1 ? Math.max(0, Date.now() - copy.sentAtMs) : null;
  return {
    id,
    type,
    version,
    payload,
    headers,
    createdAt,
    attempt,
    groupKey,
    waitedMs,
    token: claim,
  };
}
