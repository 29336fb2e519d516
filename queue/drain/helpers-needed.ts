// How many helpers a backlog needs, decided from plain facts and nothing else.
import type { QueuePolicy } from '#queue/declare/queue.ts';

export interface QueueLoad {
  readonly policy: Pick<QueuePolicy, 'concurrency' | 'maxInFlight' | 'rate'>;
  /** Deliveries that could be claimed now, perhaps more than that. */
  readonly waiting: number;
  /** How long one delivery takes one consumer, with others beside it, in milliseconds. */
  readonly eachMs: number;
}

export interface TimeLeft {
  /** What the invocation that asks has left for handlers, in milliseconds. */
  readonly ownMs: number;
  /** What each helper will have, in milliseconds. */
  readonly helperMs: number;
}

/**
 * The share of its time that a consumer is counted on for: helpers start a second or two later, and a pace is an average,
 * so a backlog that would just fit might be left over for the next tick.
 */
const reliedOn = 0.75;

/** As many as the queue that would take longest needs: the lanes of a consumer run side by side. */
export const helpersNeeded = (queues: readonly QueueLoad[], left: TimeLeft): number =>
  Math.max(0, ...queues.map((queue) => neededBy(queue, left)));

function neededBy(queue: QueueLoad, { ownMs, helperMs }: TimeLeft): number {
  const beyondMs = queue.waiting * queue.eachMs - ownMs * reliedOn;
  if (beyondMs <= 0 || helperMs <= 0) return 0;
  // One of the consumers that are of use is the one that asks.
  return Math.max(0, Math.min(Math.ceil(beyondMs / (helperMs * reliedOn)), mostUseful(queue) - 1));
}

/** How many consumers have anything to do: limits hold for all of them together. */
function mostUseful({ policy, waiting, eachMs }: QueueLoad): number {
  const { concurrency, maxInFlight = Number.POSITIVE_INFINITY, rate } = policy;
  const atOnce = Math.min(waiting, maxInFlight);
  // Rounded, since the pace of one consumer that starts all that a rate allows is measured as a little below it.
  const byRate = rate ? Math.round((rate.starts / rate.perSeconds / 1000) * eachMs) : atOnce;
  return Math.min(Math.ceil(atOnce / concurrency), Math.max(1, byRate));
}
