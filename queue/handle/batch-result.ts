import type { BatchItem, BatchOutcome } from '#queue/declare/batch-handler.ts';
import type { Redaction } from '#queue/declare/redaction.ts';
import { HandlerResult, reject, retryAfter, snooze } from '#queue/declare/ways-out.ts';
import type { Log } from '#queue/log.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Result } from '#queue/routines/result.ts';
import { thrownText } from '#queue/routines/thrown-text.ts';
import { done, failed } from './build-result.ts';
import type { FollowUps } from './follow-ups.ts';
import type { HandlerRun } from './handler-run.ts';
import { storedResult } from './stored-result.ts';

/** A delivery of a batch, and what the handler gets for it. */
export interface Opened {
  readonly item: BatchItem;
  readonly delivery: ClaimedDelivery;
  readonly followUps: FollowUps;
}

export interface Answered extends Opened {
  /** What the handler has answered for it. Throws when that is no outcome. */
  readonly outcome: () => BatchOutcome;
  /** Makes the redaction for what the handler says of any message of the batch. */
  readonly redaction: () => Redaction;
  readonly log: Log;
}

/** The outcome that a batch handler has given for one message, as a result to settle. */
export async function batchResult(
  run: HandlerRun,
  { delivery, followUps, outcome, redaction, log }: Answered,
): Promise<Result> {
  try {
    const ended = outcome();
    throwUnlessDone(ended);
    const checking = followUps.checked();
    if (checking) await run.work(checking);
    const { messages } = followUps;
    const enqueue = messages.length > 0 ? messages : undefined;
    return done(delivery, run.elapsedMs, { enqueue, result: storedResult(ended, log) });
  } catch (thrown) {
    return failed({ claim: delivery, ms: run.elapsedMs, redaction: redaction() }, thrown);
  }
}

// Every outcome but done has a twin that a single handler throws. Thrown here as well, it gets the same result.
function throwUnlessDone(outcome: BatchOutcome): void {
  if (outcome === 'done' || outcome instanceof HandlerResult) return;
  if ('reject' in outcome) reject(outcome.reject);
  if ('snoozeSeconds' in outcome) snooze(outcome.snoozeSeconds);
  const { retry, afterSeconds } = outcome;
  if (afterSeconds === undefined) throw retry;
  retryAfter(afterSeconds, retry instanceof Error ? retry.message : thrownText(retry), {
    cause: retry,
  });
}
