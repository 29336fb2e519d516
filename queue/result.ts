// How one claim of one delivery ended: what settle takes.
import type { ClaimedDelivery } from './claimed-delivery.ts';
import { isRejection, isRetryAfter, isSnooze } from './disposition.ts';
import type { NewMessage } from './enqueue.ts';
import { type ErrorRecord, errorRecord } from './error-record.ts';

type Claim = Pick<ClaimedDelivery, 'id' | 'token'>;

export type Result = Claim &
  (
    | { readonly outcome: 'done'; readonly ms: number; readonly enqueue?: readonly NewMessage[] }
    | {
        readonly outcome: 'retry';
        readonly ms: number;
        readonly error: ErrorRecord;
        readonly delaySeconds?: number;
      }
    | { readonly outcome: 'dead'; readonly ms: number; readonly error: ErrorRecord }
    | { readonly outcome: 'snooze'; readonly ms: number; readonly delaySeconds: number }
    | { readonly outcome: 'release' }
  );

/** For a delivery that was claimed and never started. */
export const release = ({ id, token }: Claim): Result => ({ id, token, outcome: 'release' });

export function done({ id, token }: Claim, ms: number, enqueue?: readonly NewMessage[]): Result {
  return enqueue ? { id, token, outcome: 'done', ms, enqueue } : { id, token, outcome: 'done', ms };
}

/** For what a handler threw, in one of the ways that have a meaning of their own or in any other. */
export function failed(claim: Claim, ms: number, thrown: unknown): Result {
  const { id, token } = claim;
  if (isSnooze(thrown)) return { id, token, outcome: 'snooze', ms, delaySeconds: thrown.seconds };
  if (isRejection(thrown)) return dead(claim, ms, thrown);
  const error = errorRecord(thrown);
  if (!isRetryAfter(thrown)) return { id, token, outcome: 'retry', ms, error };
  return { id, token, outcome: 'retry', ms, error, delaySeconds: thrown.seconds };
}

export function dead({ id, token }: Claim, ms: number, error: unknown): Result {
  return { id, token, outcome: 'dead', ms, error: errorRecord(error) };
}
