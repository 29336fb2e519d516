// How often something comes, in seconds and times a month. The rest of the computation asks only this.
import { secondsOfMonth } from './assumptions.ts';
import type { Load } from './load.ts';

/** How often messages come: those of a batch or a burst come together. */
export function arrivals({ messages, batch, burst }: Load): number {
  return messages / Math.max(batch, burst);
}

/** Seconds of the month in which messages come, where each of them is felt for a while longer. */
export function activeSeconds({ hours, days }: Load, tailSeconds = 0): number {
  return Math.min(secondsOfMonth, days * Math.min(86_400, hours * 3600 + tailSeconds));
}

/**
 * Seconds in which something is busy that each arrival keeps busy for so many seconds. Arrivals are spread evenly, which is
 * the dearest case: when some come closer together, their seconds overlap.
 */
export function busySeconds(load: Load, seconds: number): number {
  return Math.min(activeSeconds(load, seconds), arrivals(load) * seconds);
}

/** Hours of the month in which messages come. */
export function hoursWithArrivals(load: Load): number {
  return Math.min(activeSeconds(load) / 3600, arrivals(load));
}
