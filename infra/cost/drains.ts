// How many drains of a month find work, by what wakes them.
import { activeSeconds, arrivals } from './arrivals.ts';
import { idleDrainSeconds, lingerSeconds, wakeUpStepSeconds } from './assumptions.ts';
import type { Load } from './load.ts';
import type { Mode } from './mode.ts';

/** Between two looks of the recurring schedule. */
export const lookSeconds = (load: Load, mode: Mode): number =>
  mode.sleep ? load.backstopHours * 3600 : load.tickMinutes * 60;

/** Arrivals between two looks are drained together. */
export function drainsWithWork(load: Load, mode: Mode): number {
  const stepSeconds = mode.sleep ? wakeUpStepSeconds : lookSeconds(load, mode);
  return Math.min(arrivals(load), activeSeconds(load) / stepSeconds);
}

/** A drain that lingers takes what comes meanwhile, so there is at most one at a time. */
export function eagerInvocations(load: Load): number {
  return Math.min(arrivals(load), activeSeconds(load) / (idleDrainSeconds + lingerSeconds));
}

/** Whoever wakes them. */
export const drainsWithArrivals = (load: Load, mode: Mode): number =>
  mode.eager ? eagerInvocations(load) : drainsWithWork(load, mode);
