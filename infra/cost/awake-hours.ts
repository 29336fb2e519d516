// For how many hours a month Neon's compute is awake, which is what it is paid for.

import { busySeconds } from './arrivals.ts';
import {
  hoursOfMonth,
  safetySeconds,
  secondsOfMonth,
  touchSeconds,
  wakeUpDelaySeconds,
} from './assumptions.ts';
import type { Load } from './load.ts';
import type { Mode } from './mode.ts';
import { ofOneDatabase } from './one-database.ts';

/** Of each database. */
export function awakeHours(month: Load, mode: Mode): number {
  const load = ofOneDatabase(month);
  const lookMinutes = mode.sleep ? load.backstopHours * 60 : load.tickMinutes;
  const shares = [
    shareOfTouches(lookMinutes),
    load.touchMinutes > 0 ? shareOfTouches(load.touchMinutes) : 0,
    busySeconds(load, secondsOfArrival(mode)) / secondsOfMonth,
  ];
  // One knows nothing of the other, so they overlap as chance has it.
  const asleep = shares.reduce((share, each) => share * (1 - each), 1);
  return hoursOfMonth * (1 - asleep);
}

function shareOfTouches(everyMinutes: number): number {
  return Math.min(1, touchSeconds / (everyMinutes * 60));
}

/** From the enqueue to the end of the five minutes after the last query that it causes. */
function secondsOfArrival({ sleep, eager }: Mode): number {
  if (!sleep) return touchSeconds;
  return (eager ? 0 : wakeUpDelaySeconds) + safetySeconds + touchSeconds;
}
