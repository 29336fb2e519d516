// Makes the result of a delivery from how the run of its handler has ended.
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import { type Redaction, redactionOf } from '#queue/declare/redaction.ts';
import { isRejection, isRetryAfter, isSnooze } from '#queue/declare/ways-out.ts';
import type { UnknownType, VersionUnknown } from '#queue/errors.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { NewMessage } from '#queue/routines/enqueue.ts';
import { errorRecord } from '#queue/routines/error-record.ts';
import type { Claim, Result } from '#queue/routines/result.ts';
import type { HandlerRun } from './handler-run.ts';

export interface Failure {
  readonly claim: Claim;
  /** How long the handler ran, in milliseconds. */
  readonly ms: number;
  /** Takes the values of the type's redacted fields out of the error's texts. */
  readonly redaction?: Redaction;
}

export const failureOf = (
  run: HandlerRun,
  claim: ClaimedDelivery,
  type: AnyMessageType,
): Failure => ({ claim, ms: run.elapsedMs, redaction: redactionOf(type, [claim]) });

/** A result whose handler went on for that long, in milliseconds, after the outcome was decided: so long its attempt was. */
export const lasting = <Each extends object>(result: Each, ms: number): Each =>
  'ms' in result ? { ...result, ms } : result;

/** For a delivery whose handler was never started: it costs no attempt. */
export const release = ({ id, token }: Claim): Result => ({ id, token, outcome: 'release' });

interface Success {
  readonly enqueue?: readonly NewMessage[] | undefined;
  /** What storedResult has made of what the handler has returned. */
  readonly result?: unknown;
}

export const done = (
  { id, token }: Claim,
  ms: number,
  { enqueue, result }: Success = {},
): Result => ({
  ...{ id, token, outcome: 'done', ms },
  ...(enqueue && { enqueue }),
  ...(result !== undefined && { result }),
});

/** For whatever a handler threw: `reject`, `snooze` and `retryAfter` have meanings of their own, all else is a retry. */
export function failed(failure: Failure, thrown: unknown): Result {
  const { ms, redaction } = failure;
  const { id, token } = failure.claim;
  if (isSnooze(thrown)) return { id, token, outcome: 'snooze', ms, delaySeconds: thrown.seconds };
  if (isRejection(thrown)) return dead(failure, thrown);
  const error = errorRecord(thrown, redaction);
  if (!isRetryAfter(thrown)) return { id, token, outcome: 'retry', ms, error };
  return { id, token, outcome: 'retry', ms, error, delaySeconds: thrown.seconds };
}

export function dead({ claim, ms, redaction }: Failure, error: unknown): Result {
  const { id, token } = claim;
  return { id, token, outcome: 'dead', ms, error: errorRecord(error, redaction) };
}

/** For a type or a version that this code does not know: newer code may. */
export function unknown({ claim, ms }: Failure, error: UnknownType | VersionUnknown): Result {
  const { id, token } = claim;
  return { id, token, outcome: 'unknown', ms, error: errorRecord(error) };
}
