// How one claim of one delivery ended: what settle takes.

import type { AnyMessageType } from '#queue/declare/message-type.ts';
import { type Redact, redactionOf } from '#queue/declare/redaction.ts';
import { isRejection, isRetryAfter, isSnooze } from '#queue/declare/ways-out.ts';
import type { HandlerRun } from '#queue/handle/handler-run.ts';
import type { ClaimedDelivery } from './claimed-delivery.ts';
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

export interface Failure {
  readonly claim: Claim;
  readonly ms: number;
  /** Takes out of the error's texts what the message type redacts. */
  readonly redact?: Redact;
}

export const failureOf = (
  run: HandlerRun,
  claim: ClaimedDelivery,
  type: AnyMessageType,
): Failure => ({
  claim,
  ms: run.elapsedMs,
  redact: redactionOf(type, [claim]),
});

/** For a delivery that was claimed and never started. */
export const release = ({ id, token }: Claim): Result => ({ id, token, outcome: 'release' });

export function done({ id, token }: Claim, ms: number, enqueue?: readonly NewMessage[]): Result {
  return enqueue ? { id, token, outcome: 'done', ms, enqueue } : { id, token, outcome: 'done', ms };
}

/** For what a handler threw, in one of the ways that have a meaning of their own or in any other. */
export function failed(failure: Failure, thrown: unknown): Result {
  const { ms, redact } = failure;
  const { id, token } = failure.claim;
  if (isSnooze(thrown)) return { id, token, outcome: 'snooze', ms, delaySeconds: thrown.seconds };
  if (isRejection(thrown)) return dead(failure, thrown);
  const error = errorRecord(thrown, redact);
  if (!isRetryAfter(thrown)) return { id, token, outcome: 'retry', ms, error };
  return { id, token, outcome: 'retry', ms, error, delaySeconds: thrown.seconds };
}

export function dead({ claim, ms, redact }: Failure, error: unknown): Result {
  const { id, token } = claim;
  return { id, token, outcome: 'dead', ms, error: errorRecord(error, redact) };
}
