import { isObject } from '#queue/is-object.ts';
import { misuse } from '#queue/misuse.ts';
import { kindOf } from './kind-of.ts';

/** How long: the sum of what is given. */
export interface Duration {
  /** Days of 24 hours. Default 0. */
  readonly days?: number;
  /** Default 0. */
  readonly hours?: number;
  /** Default 0. */
  readonly minutes?: number;
  /** Default 0. */
  readonly seconds?: number;
}

/** How many seconds that is. Throws a TypeError unless it is made of numbers. */
export function secondsOf(duration: Duration): number {
  const { days = 0, hours = 0, minutes = 0, seconds = 0 } = duration ?? {};
  const sum = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
  if (!isObject(duration) || !Number.isFinite(sum))
    misuse(
      `a duration is { days, hours, minutes, seconds }, any of them, as numbers; got ${isObject(duration) ? `${sum} seconds` : kindOf(duration)}`,
    );
  return sum;
}
