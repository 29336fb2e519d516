import type { BatchOutcome } from '#queue/declare/batch-handler.ts';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import { reject, requireDelay, retryAfter, snooze } from '#queue/declare/ways-out.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Result } from '#queue/routines/result.ts';
import { done, failed, failureOf } from './build-result.ts';
import type { FollowUps } from './follow-ups.ts';
import type { HandlerRun } from './handler-run.ts';

export interface OpenedItem {
  readonly delivery: ClaimedDelivery;
  readonly type: AnyMessageType;
  readonly followUps: FollowUps;
}

/** One message's outcome within a batch, as its result. */
export async function batchResult(
  run: HandlerRun,
  { delivery, type, followUps }: OpenedItem,
  outcome: BatchOutcome,
): Promise<Result> {
  try {
    throwUnlessDone(outcome);
    const checking = followUps.checked();
    if (checking) await run.race(checking);
    const { messages } = followUps;
    return done(delivery, run.elapsedMs, messages.length > 0 ? messages : undefined);
  } catch (thrown) {
    return failed(failureOf(run, delivery, type), thrown);
  }
}

// An outcome other than done means what a single handler says by throwing.
function throwUnlessDone(outcome: BatchOutcome): void {
  if (outcome === 'done') return;
  if ('reject' in outcome) reject(outcome.reject);
  if ('snoozeSeconds' in outcome) snooze(outcome.snoozeSeconds);
  const { retry, afterSeconds } = outcome;
  if (afterSeconds === undefined) throw retry;
  requireDelay('afterSeconds', afterSeconds);
  retryAfter(afterSeconds, retry instanceof Error ? retry.message : String(retry), {
    cause: retry,
  });
}
