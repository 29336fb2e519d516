// What the timeline draws of a message: for each delivery its attempts, and what it is waiting for or doing now.
import type { Attempt, Delivery, MessageStatus } from '#client/message-answers.ts';
import { milliseconds } from './time-scale.ts';

export interface AttemptRow {
  readonly attempt: Attempt;
  /** How long after the message, or the end of the attempt before, it began; null where nobody knows. */
  readonly waitedMs: number | null;
  /** How long its handler ran; null where it never began. */
  readonly ranMs: number | null;
}

/** The attempts of a delivery, in order, with the time before and in each. */
export function attemptRows(
  createdAt: string,
  attempts: readonly Attempt[],
): readonly AttemptRow[] {
  let since = milliseconds(createdAt);
  return attempts.map((attempt) => {
    const end = milliseconds(attempt.finishedAt);
    const start = attempt.startedAt === null ? null : milliseconds(attempt.startedAt);
    const row = {
      attempt,
      waitedMs: start === null ? null : Math.max(0, start - since),
      ranMs: start === null ? null : Math.max(0, end - start),
    };
    since = end;
    return row;
  });
}

/** All instants between which the timeline lies. `now` belongs to it while something is still going on. */
export function instantsOf(message: MessageStatus, now: string): readonly string[] {
  const ofDeliveries = message.deliveries.flatMap(({ attempts, steps, availableAt, status }) => [
    ...[...attempts, ...(steps ?? [])].flatMap(({ startedAt, finishedAt }) => [
      startedAt,
      finishedAt,
    ]),
    ...(isAwaited(status) ? [now, status === 'scheduled' ? availableAt : null] : []),
  ]);
  return [message.createdAt, ...ofDeliveries.filter((instant) => instant !== null)];
}

/** Whether something may still come of a delivery without anybody's doing. */
export const isAwaited = (status: Delivery['status']): boolean =>
  isLive(status) || status === 'relayed';

/** Whether a delivery is in Postgres, and has not ended. */
export function isLive(status: Delivery['status']): boolean {
  return (
    status === 'pending' ||
    status === 'scheduled' ||
    status === 'blocked' ||
    status === 'processing'
  );
}
