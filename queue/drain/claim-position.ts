// Where a lane stands in its queue's claim order. At the end of it the lane claims no more: whether a claim that was
// rolled back or a message that was committed late lies behind is for the next survey to find, which looks from the
// start.
import { monotonicMs } from '#queue/monotonic-ms.ts';
import type { Cursor } from '#queue/routines/claimed-delivery.ts';
import type { Exchanged } from '#queue/routines/settle-and-claim.ts';

export interface ClaimPosition {
  /** What the next claim is to pass on. */
  readonly cursor: Cursor | null;
  /** The last claim found nothing. */
  readonly isAtEnd: boolean;
  /** The last claim got all that it asked for, or all that its bound on bytes let pass, so there is more, most likely. */
  readonly wasFull: boolean;
  /** Until then, in milliseconds of monotonicMs(), the queue's own limit has nothing to give. */
  readonly limitedUntil: number;
}

type Claimed = Pick<Exchanged, 'deliveries' | 'cursor' | 'limitedMs' | 'hasMore'>;

/** For a lane that claims nothing itself. */
export const atEnd: ClaimPosition = {
  cursor: null,
  isAtEnd: true,
  wasFull: false,
  limitedUntil: 0,
};

/** At the survey's cursor, which stands before the first delivery of each priority. */
export const startAt = (cursor: Cursor): ClaimPosition => ({ ...atEnd, cursor, isAtEnd: false });

/** Where a claim of so many deliveries has led. */
export function advance(
  position: ClaimPosition,
  wanted: number,
  { deliveries, cursor, limitedMs, hasMore }: Claimed,
): ClaimPosition {
  const claimed = deliveries.length;
  return {
    // The answers of two calls may come in the wrong order and move the cursor back by a batch. That does no harm:
    // the next claim reads rows again that are taken by now.
    cursor: claimed > 0 ? cursor : position.cursor,
    isAtEnd: position.isAtEnd || (claimed === 0 && limitedMs === null && !hasMore),
    wasFull: claimed === wanted || hasMore,
    limitedUntil: monotonicMs() + (limitedMs ?? 0),
  };
}
